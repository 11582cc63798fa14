// npm run lint: all checks of the source, two at a time; prints what failed, and a line for each.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runQuietly } from '../bootstrap/run-quietly.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const AT_ONCE = Math.min(2, availableParallelism());

/** @typedef {{name: string, args: readonly string[]}} Check */

/** @type {readonly Check[]} the slowest first, so that the two lanes end together */
const CHECKS = [
  { name: 'eslint', args: ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings=0'] },
  { name: 'types', args: ['node_modules/typescript/bin/tsc', '-p', '.'] },
  {
    name: 'arrows',
    args: [
      'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
      '--config',
      '.dependency-cruiser.mjs',
      'functions',
      'cli',
      'docs',
      'test',
      'templates',
    ],
  },
  { name: 'unused', args: ['node_modules/knip/bin/knip.js', '--no-progress'] },
  { name: 'format', args: ['node_modules/@biomejs/biome/bin/biome', 'format', '.'] },
  { name: 'generated', args: ['--import', 'tsx', '--conditions=source', 'docs/generate/main.ts', '--check'] },
  { name: 'stack', args: ['--import', 'tsx', '--conditions=source', 'cli/dev/stack/main.ts'] },
];

/**
 * @param {readonly Check[]} checks
 * @returns {Promise<string[]>} names of the checks that failed
 */
export async function lint(checks = CHECKS) {
  const queue = [...checks];
  /** @type {string[]} */
  const failed = [];
  const lane = async () => {
    for (let check = queue.shift(); check !== undefined; check = queue.shift()) {
      const start = performance.now();
      const { ok, output } = await runQuietly(process.execPath, check.args, { cwd: ROOT });
      if (!ok) {
        failed.push(check.name);
        process.stdout.write(`${output.trimEnd()}\n`);
      }
      console.log(
        `lint ${check.name.padEnd(9)} ${ok ? 'ok' : 'FAILED'}  ${((performance.now() - start) / 1000).toFixed(1)} s`,
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return failed;
}

if (process.argv[1] === fileURLToPath(import.meta.url) || process.argv[1] === join(ROOT, 'cli/dev/lint.mjs')) {
  if ((await lint()).length > 0) process.exitCode = 1;
}
