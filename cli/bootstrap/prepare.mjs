import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildPrograms, findBuildProblem } from './build.mjs';
import { withLock } from './lock.mjs';
import { findModulesProblem, installModules } from './modules.mjs';
import { findMissingPrograms, findRustup, installPrograms } from './programs.mjs';
import { say } from './stop.mjs';

/**
 * @typedef {object} Needs
 * @property {boolean} build whether dist/ must be up to date
 * @property {readonly import('./programs.mjs').Program[]} programs
 */

/**
 * Does what is missing for a command, one line on stderr a step; two at once in one checkout take turns.
 * @param {string} root
 * @param {Needs} needs
 */
export async function prepare(root, needs) {
  findRustup(process.env);
  if (isReady(root, needs)) return;
  mkdirSync(join(root, 'dist'), { recursive: true });
  const onWait = (/** @type {{pid: number}} */ { pid }) =>
    say(`waiting for process ${pid}, which prepares this checkout`);
  await withLock(join(root, 'dist/.lock'), { onWait }, () => doWhatIsMissing(root, needs));
}

/** @param {string} root @param {Needs} needs */
function isReady(root, needs) {
  return (
    findModulesProblem(root) === null &&
    (!needs.build || findBuildProblem(root) === null) &&
    findMissingPrograms(needs.programs, process.env).length === 0
  );
}

/** @param {string} root @param {Needs} needs */
async function doWhatIsMissing(root, needs) {
  const missing = findMissingPrograms(needs.programs, process.env);
  if (missing.length > 0) {
    say(`installing ${missing.join(', ')} with apt-get (no service is started)`);
    await installPrograms(missing);
  }
  const modules = findModulesProblem(root);
  if (modules !== null) {
    say(`installing node modules with npm ci (${modules})`);
    await installModules(root);
  }
  const build = needs.build ? findBuildProblem(root) : null;
  if (build !== null) {
    say(`building (${build})`);
    await buildPrograms(root);
  }
}
