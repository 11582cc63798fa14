import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const BEAT_MS = 2_000;
const SILENT_MS = 20_000;
const LOOK_MS = 100;

/**
 * Runs work while no other process holds the lock; waits as long as its holder lives.
 * @template T
 * @param {string} path the lock: a folder that holds one file, its owner
 * @param {{onWait?: (owner: {pid: number}) => void}} options
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, options, work) {
  const owner = { pid: process.pid, host: hostname(), token: randomUUID() };
  await takeLock(path, owner, options.onWait ?? (() => {}));
  const beat = setInterval(() => touch(path), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    dropLock(path, owner.token);
  }
}

/** @typedef {{pid: number, host: string, token: string}} Owner */

/** @param {string} path @param {Owner} owner @param {(owner: Owner) => void} onWait */
async function takeLock(path, owner, onWait) {
  for (let told = false; !tryLock(path, owner); ) {
    const holder = readOwner(path);
    if (holder !== null && isGone(path, holder)) {
      setAside(path, holder.token);
      continue;
    }
    if (holder !== null && !told) {
      onWait(holder);
      told = true;
    }
    await wait(LOOK_MS);
  }
}

/**
 * A folder with a file in it cannot be renamed over another such folder: taking is one atomic step, owner included.
 * @param {string} path @param {Owner} owner
 */
function tryLock(path, owner) {
  const mine = `${path}.${owner.token}`;
  mkdirSync(mine, { recursive: true });
  writeFileSync(join(mine, 'owner.json'), JSON.stringify(owner));
  try {
    renameSync(mine, path);
    return true;
  } catch (error) {
    rmSync(mine, { recursive: true, force: true });
    if (isCode(error, 'ENOTEMPTY', 'EEXIST')) return false;
    throw error;
  }
}

/** @param {string} path @returns {Owner | null} null: just released */
function readOwner(path) {
  try {
    return JSON.parse(readFileSync(join(path, 'owner.json'), 'utf8'));
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
}

/** @param {string} path @param {Owner} holder */
function isGone(path, holder) {
  try {
    if (Date.now() - statSync(path).mtimeMs > SILENT_MS) return true;
    if (holder.host === hostname()) process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return isCode(error, 'ESRCH');
  }
}

/**
 * Two may judge the same holder gone: the second rename meets the first one's folder and fails, so that it cannot take away a lock
 * taken since.
 * @param {string} path @param {string} token
 */
function setAside(path, token) {
  try {
    renameSync(path, `${path}.gone-${token}`);
  } catch (error) {
    if (!isCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) throw error;
  }
}

/** @param {string} path @param {string} token */
function dropLock(path, token) {
  if (readOwner(path)?.token !== token) return;
  setAside(path, token);
  const parent = dirname(path);
  for (const name of readdirSync(parent)) {
    if (join(parent, name).startsWith(`${path}.gone-`)) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

/** @param {string} path */
function touch(path) {
  const now = Date.now() / 1000;
  try {
    utimesSync(path, now, now);
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
}

/** @param {unknown} error @param {string[]} codes */
function isCode(error, ...codes) {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
