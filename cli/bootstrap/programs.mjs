import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runQuietly } from './run-quietly.mjs';
import { stop } from './stop.mjs';

/** Program on PATH → the Debian package that brings it. */
const PACKAGES = { 'redis-server': 'redis-server', cargo: 'cargo', git: 'git', flock: 'util-linux' };

/** @typedef {keyof typeof PACKAGES} Program */
export const ALL_PROGRAMS = /** @type {Program[]} */ (Object.keys(PACKAGES));

/**
 * rustup's folder is often on PATH in login shells only: when cargo is there and nowhere else, PATH is extended for all that we start.
 * @param {NodeJS.ProcessEnv} env
 */
export function findRustup(env) {
  if (isOnPath('cargo', env)) return;
  const dir = join(env['CARGO_HOME'] ?? join(homedir(), '.cargo'), 'bin');
  if (isProgram(join(dir, 'cargo'))) env['PATH'] = [...pathOf(env), dir].join(delimiter);
}

/**
 * @param {readonly Program[]} wanted
 * @param {NodeJS.ProcessEnv} env
 */
export function findMissingPrograms(wanted, env) {
  return wanted.filter((program) => !isOnPath(program, env));
}

/**
 * Installs what is missing with apt, as root or by sudo without a password.
 * @param {readonly Program[]} missing
 * @param {{env?: NodeJS.ProcessEnv, isRoot?: boolean, policy?: string}} [place] policy: where Debian looks whether a service may start
 */
export async function installPrograms(missing, place = {}) {
  const { env = process.env, isRoot = process.getuid?.() === 0, policy = '/usr/sbin/policy-rc.d' } = place;
  const packages = missing.map((program) => PACKAGES[program]);
  if (!isOnPath('apt-get', env)) throw stop(sayHowTo(missing, 'there is no apt-get here'), 3);
  if (!isRoot && !(await runQuietly('sudo', ['-n', 'sh', '-c', ':'], { env })).ok) {
    throw stop(sayHowTo(missing, 'sudo is not there or asks for a password'), 3);
  }
  const install = ['sh', '-c', INSTALL, 'sh', policy, ...packages];
  const [program = '', ...args] = isRoot ? install : ['sudo', '-n', ...install];
  const { ok, output } = await runQuietly(program, args, { env });
  if (!ok) throw stop(output + sayHowTo(missing, 'apt-get could not install them (see above)'), 3);
  const still = findMissingPrograms(missing, env);
  if (still.length > 0) throw stop(sayHowTo(still, 'apt-get ran, and they are still not on PATH'), 3);
}

/**
 * @param {readonly Program[]} missing
 * @param {string} why
 */
export function sayHowTo(missing, why) {
  const packages = missing.map((program) => PACKAGES[program]).join(' ');
  const command = `sudo apt-get update && sudo apt-get install ${packages}`;
  return `this needs ${missing.join(', ')}, not found on PATH, and ${why}: type "${command}" (or its like on your system), then try again.`;
}

// Debian starts a service as soon as it is installed, unless policy-rc.d says 101: nobody asked for a redis on port 6379.
// The lists are fetched only when the packages are not found or are gone from the archive.
const INSTALL = `
policy=$1; shift
export DEBIAN_FRONTEND=noninteractive
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 143' HUP INT TERM
  printf '#!/bin/sh\\nexit 101\\n' >"$policy" && chmod 755 "$policy" || exit 1
fi
install() { apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"; }
install "$@" || { apt-get update -q && install "$@"; }
`;

/** @param {string} program @param {NodeJS.ProcessEnv} env */
function isOnPath(program, env) {
  return pathOf(env).some((dir) => isProgram(join(dir, program)));
}

/** @param {NodeJS.ProcessEnv} env */
function pathOf(env) {
  return (env['PATH'] ?? '').split(delimiter).filter((dir) => dir !== '');
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
