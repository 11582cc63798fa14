// npm test: lint, all tests, coverage; the last line of stdout is `N passed, N failed`.
// npm test -- FILES: those tests only, without lint and coverage.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { judgeCoverage, readSummary } from './coverage.mjs';
import { lint } from './lint.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MOCHA = [
  'node_modules/mocha/bin/mocha.js',
  '--forbid-only',
  '--forbid-pending',
  '--reporter',
  'test/support/reporter.cjs',
];
// Here and not in .mocharc.json, where mocha would add it to the files it is given by name.
const ALL = 'test/{unit,contract,edge,cli,e2e,chaos}/**/*.test.ts';
const COVERED = ['node_modules/c8/bin/c8.js', process.execPath];

const files = process.argv.slice(2);
const result = files.length > 0 ? await runMocha([...MOCHA, ...files]) : await runAll();
console.log(`\n${result.passed} passed, ${result.failed} failed`);
process.exitCode = result.failed > 0 ? 1 : 0;

/** Everything is tried, whatever failed before: each failed check, and coverage below its floor, counts as one failure. */
async function runAll() {
  const checks = await lint();
  rmSync(join(ROOT, 'coverage'), { recursive: true, force: true });
  const tests = await runMocha([...COVERED, ...MOCHA, ALL]);
  return { passed: tests.passed, failed: tests.failed + checks.length + countUncovered() };
}

function countUncovered() {
  const summary = readSummary(ROOT);
  if (summary === null) {
    console.log('coverage FAILED: none was written');
    return 1;
  }
  const folders = judgeCoverage(summary, ROOT);
  for (const { folder, percent, floor, ok, worst } of folders) {
    const why = ok ? '' : ` of ${floor} % asked for; most is missing in ${worst.join(', ') || 'all of it'}`;
    console.log(`coverage ${folder} ${ok ? 'ok' : 'FAILED'}  ${percent.toFixed(1)} %${why}`);
  }
  return folders.filter(({ ok }) => !ok).length;
}

/**
 * The reporter leaves its counts in a file, since a test process that dies says nothing.
 * @param {readonly string[]} args
 * @returns {Promise<{passed: number, failed: number}>}
 */
async function runMocha(args) {
  const dir = mkdtempSync(join(tmpdir(), 'raibid-test-'));
  const counts = join(dir, 'counts.json');
  try {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, RAIBID_TEST_COUNTS: counts },
    });
    const { code, signal } = await new Promise((resolve) =>
      child.on('close', (code, signal) => resolve({ code, signal })),
    );
    const { passed, failed } = readCounts(counts);
    if (code === 0 || failed > 0) return { passed, failed };
    console.log(`the test process ended with ${signal ?? `exit code ${code}`}`);
    return { passed, failed: failed + 1 };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** @param {string} path @returns {{passed: number, failed: number}} */
function readCounts(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { passed: 0, failed: 0 };
  }
}
