// Checks stack.yml, agents.yml and connector.yml; prints what is wrong, where, and what to do.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkStack } from './check-stack.js';
import { collectFacts } from './collect-facts.js';
import { showFinding } from './finding.js';
import type { StackKind } from './read-stack.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const FILES: Readonly<Record<string, StackKind>> = {
  'stack.yml': 'functions',
  'agents.yml': 'images',
  'connector.yml': 'images',
};

const { env } = process;
const facts = collectFacts(ROOT, env);
for (const [file, kind] of Object.entries(FILES)) {
  for (const finding of checkStack(readFileSync(join(ROOT, file), 'utf8'), { kind, env, facts })) {
    console.log(showFinding(file, finding));
    process.exitCode = 1;
  }
}
