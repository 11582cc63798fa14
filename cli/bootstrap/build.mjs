import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { runQuietly } from './run-quietly.mjs';
import { stop } from './stop.mjs';

const SOURCES = [
  'functions',
  'cli',
  'templates/typescript/bundle.mjs',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];
const KINDS = new Set(['.ts', '.mjs', '.json', '.lua']);
const PROGRAMS = ['dist/cli/main.mjs', 'dist/agent.mjs'];
const STAMP = 'dist/.built-from';

/**
 * Why the programs must be built, or null.
 * @param {string} root
 * @returns {string | null}
 */
export function findBuildProblem(root) {
  if (![...PROGRAMS, STAMP].every((path) => existsSync(join(root, path)))) return 'not built yet';
  return readFileSync(join(root, STAMP), 'utf8') === fingerprintSources(root) ? null : 'sources changed';
}

/** @param {string} root */
export async function buildPrograms(root) {
  // Taken before the build: what changes meanwhile is built the next time.
  const fingerprint = fingerprintSources(root);
  const { ok, output } = await runQuietly(process.execPath, [join(root, 'templates/typescript/bundle.mjs')], {
    cwd: root,
  });
  if (!ok) throw stop(`${output}the build failed: see above.`, 1);
  const stamp = join(root, STAMP);
  writeFileSync(`${stamp}.new`, fingerprint);
  renameSync(`${stamp}.new`, stamp);
}

/**
 * Names, sizes and times of all sources in one hash: unlike "newer than", it sees deletions and older files put in place.
 * @param {string} root
 */
function fingerprintSources(root) {
  const hash = createHash('sha256');
  for (const path of SOURCES) addToFingerprint(root, path, hash);
  return hash.digest('hex');
}

/** @param {string} root @param {string} path @param {import('node:crypto').Hash} hash */
function addToFingerprint(root, path, hash) {
  const stats = statSync(join(root, path), { throwIfNoEntry: false });
  if (stats?.isDirectory()) {
    const names = readdirSync(join(root, path)).filter((name) => !name.startsWith('.') && name !== 'node_modules');
    for (const name of names.sort()) addToFingerprint(root, `${path}/${name}`, hash);
  } else if (stats !== undefined && KINDS.has(extname(path))) {
    hash.update(`${path}\0${stats.size}\0${stats.mtimeMs}\n`);
  }
}
