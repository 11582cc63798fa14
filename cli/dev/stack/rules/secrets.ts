import type { Finding } from '../finding.js';
import type { Facts } from '../facts.js';
import type { Stack } from '../read-stack.js';
import { textsOf, valueOf } from '../value.js';
import { NO_FUNCTION } from './not-deployed.js';

/** Secrets that the code reads and nobody mounts, and the other way round. */
export function* checkSecrets({ functions }: Stack, { programs }: Facts): Generator<Finding> {
  for (const { name, where: parent, at, value } of functions) {
    const program = programs[name];
    if (!program) continue;
    const where = `${parent}.secrets`;
    const listed = textsOf(value, 'secrets');
    for (const secret of program.requiredSecrets) {
      if (listed.some(({ text }) => text === secret)) continue;
      const what = `${name} does not start without ${secret}`;
      yield { at: valueOf(value, 'secrets')?.at ?? at, where, what, fix: `Add ${secret}` };
    }
    const read = new Set([...program.requiredSecrets, ...program.optionalSecrets, NO_FUNCTION]);
    const seen = new Set<string>();
    for (const { at: place, text } of listed) {
      if (!read.has(text)) yield { at: place, where, what: `${name} does not read ${text}`, fix: `Take ${text} out` };
      if (seen.has(text)) yield { at: place, where, what: `${text} is there twice`, fix: 'Take one out' };
      seen.add(text);
    }
  }
}
