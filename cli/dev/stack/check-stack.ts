import type { Facts } from './facts.js';
import type { Finding } from './finding.js';
import { readStack, type StackKind } from './read-stack.js';
import { RULES } from './rules.js';

/** All findings of a stack file, in the order of their places. */
export function checkStack(
  source: string,
  { kind, env, facts }: { kind: StackKind; env: Readonly<Record<string, string | undefined>>; facts: Facts },
): readonly Finding[] {
  const { stack, findings } = readStack(source, { kind, env });
  const found = RULES.flatMap(({ check }) => [...check(stack, facts)]);
  return dropRepeated([...findings, ...found]).sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column);
}

/** What an alias repeats is one mistake, at one place. */
function dropRepeated(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ at, what }) => {
    const id = JSON.stringify([at, what]);
    return !seen.has(id) && seen.add(id);
  });
}
