import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runQuietly } from './run-quietly.mjs';
import { stop } from './stop.mjs';

/**
 * @typedef {{version?: string, integrity?: string, link?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean}} LockEntry
 * @typedef {{packages: Record<string, LockEntry>}} LockFile
 */

/**
 * Why node modules must be installed, or null. npm leaves a copy of the lock file in node_modules when it is through; contents are
 * compared, because a checkout gives files any time it likes.
 * @param {string} root
 * @returns {string | null}
 */
export function findModulesProblem(root) {
  const installedLock = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installedLock)) return 'there are none yet';
  const installed = readLock(installedLock).packages;
  for (const [path, wanted] of Object.entries(readLock(join(root, 'package-lock.json')).packages)) {
    if (path !== '' && !fits(wanted, installed[path]))
      return `package-lock.json asks for another ${path.replace(/^.*node_modules\//, '')}`;
  }
  return null;
}

/** @param {LockEntry} wanted @param {LockEntry | undefined} found */
function fits(wanted, found) {
  if (found === undefined) return Boolean(wanted.optional || wanted.devOptional || wanted.peer || wanted.link);
  return found.version === wanted.version && found.integrity === wanted.integrity;
}

/** @param {string} path @returns {LockFile} */
function readLock(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** @param {string} root */
export async function installModules(root) {
  // Named outright, since NODE_ENV=production or `npm run -s` around us would change them.
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const running = process.env['npm_execpath'];
  const { ok, output } =
    running !== undefined && basename(running) === 'npm-cli.js'
      ? await runQuietly(process.execPath, [running, ...args], { cwd: root })
      : await runQuietly('npm', args, { cwd: root });
  if (!ok) throw stop(`${output}npm ci failed: see above, then try again.`, 1);
}
