import { stripVTControlCharacters } from 'node:util';
import type { TestCounts } from '../../core/job.js';

const RESULT = /^test result: \S+ (\d+) passed; (\d+) failed; (\d+) ignored;/;

/** Adds up libtest's `test result: ok. 3 passed; 1 failed; 0 ignored; …` lines: one per test binary and doc test run. */
export function summarise(): { readLine(line: string): void; counts(): TestCounts | null } {
  let counts: TestCounts | null = null;
  return {
    readLine(line) {
      // Most lines are not it, and there may be millions.
      if (!line.includes('test result:')) return;
      const match = RESULT.exec(stripVTControlCharacters(line));
      if (match === null) return;
      const { passed, failed, ignored } = counts ?? { passed: 0, failed: 0, ignored: 0 };
      counts = {
        passed: passed + Number(match[1]),
        failed: failed + Number(match[2]),
        ignored: ignored + Number(match[3]),
      };
    },
    counts: () => counts,
  };
}
