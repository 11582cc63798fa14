import { existsSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** What must be covered, each for itself: lines in percent. */
export const FLOORS = { 'functions/_lib/core': 95, 'functions/_lib/redis': 95 };

/**
 * @typedef {{lines: {total: number, covered: number, pct: number}}} FileCoverage
 * @typedef {{folder: string, percent: number, floor: number, ok: boolean, worst: string[]}} FolderCoverage
 */

/**
 * Sums c8's summary by folder; a folder without any file is not covered.
 * @param {Record<string, FileCoverage>} summary by absolute path, and `total`
 * @param {string} root
 * @param {Record<string, number>} [floors]
 * @returns {FolderCoverage[]} worst: the three files with the most lines uncovered
 */
export function judgeCoverage(summary, root, floors = FLOORS) {
  return Object.entries(floors).map(([folder, floor]) => {
    const files = Object.entries(summary)
      .map(([path, { lines }]) => ({ path: relative(root, path), ...lines, missed: lines.total - lines.covered }))
      .filter(({ path }) => path.startsWith(folder + sep));
    const total = files.reduce((sum, file) => sum + file.total, 0);
    const missed = files.reduce((sum, file) => sum + file.missed, 0);
    const percent = total === 0 ? 0 : (100 * (total - missed)) / total;
    const worst = files.filter((file) => file.missed > 0).sort((a, b) => b.missed - a.missed);
    return {
      folder,
      percent,
      floor,
      ok: percent >= floor,
      worst: worst.slice(0, 3).map((file) => `${file.path} ${file.pct} %`),
    };
  });
}

/**
 * @param {string} root
 * @returns {Record<string, FileCoverage> | null} null: the tests ended before it was written
 */
export function readSummary(root) {
  const path = join(root, 'coverage/coverage-summary.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}
