import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RaibidError } from '#lib/errors.js';

/** Beside the bundle of the CLI, dist/cli; and where a checkout that runs from its sources has it. */
const PLACES = ['../agent.mjs', '../../dist/agent.mjs'];

/** The built program of the agent. Throws program-missing. */
export function findAgentProgram(): string {
  const program = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((path) =>
    existsSync(path),
  );
  if (program !== undefined) return program;
  throw new RaibidError('program-missing', 'The program of the agent is not built.', { hint: 'Run npm run build.' });
}
