import { mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { formatOf, formatSettings, makeGitDirectory } from '../../git/make-git-directory.js';

const ABANDONED_MS = 60 * 60_000;
const TAKEN = new Set(['ENOTEMPTY', 'EEXIST', 'ENOTDIR']);

/** Makes the bare repository at `path`, or gives it this upstream. What an interrupted call left is made anew. */
export async function makeMirror(path: string, upstream: string, now: () => number): Promise<void> {
  if (!(await isRepository(path))) await putInPlace(path, upstream, now);
  const config = await readFile(join(path, 'config'), 'utf8');
  const wanted = configOf(upstream, isSha256(config));
  if (config !== wanted) await replaceFile(join(path, 'config'), wanted);
}

/** Turns an empty mirror into one of SHA-256, which its upstream has. */
export async function convertToSha256(path: string): Promise<void> {
  const config = await readFile(join(path, 'config'), 'utf8');
  if (isSha256(config)) return;
  const sha1 = formatSettings(formatOf(false));
  await replaceFile(join(path, 'config'), config.replace(sha1, formatSettings(formatOf(true))));
}

function isSha256(config: string): boolean {
  return config.includes(formatSettings({ 'extensions.objectformat': 'sha256' }));
}

export async function isRepository(path: string): Promise<boolean> {
  try {
    const head = await readFile(join(path, 'HEAD'), 'utf8');
    const config = await stat(join(path, 'config'));
    const folders = await Promise.all(['objects', 'refs'].map((folder) => stat(join(path, folder))));
    return head.startsWith('ref: ') && config.size > 0 && folders.every((folder) => folder.isDirectory());
  } catch {
    return false;
  }
}

/** Complete or not there: the directory is filled elsewhere and renamed. */
async function putInPlace(path: string, upstream: string, now: () => number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await removeAbandoned(path, now() - ABANDONED_MS);
  const fresh = await mkdtemp(unfinishedPath(path));
  try {
    const repository = join(fresh, 'new');
    await makeGitDirectory(repository, settingsOf(upstream, false));
    if (await renameTo(repository, path)) return;
    // Another call has just made it, or something is in the way that is no repository.
    if (await isRepository(path)) return;
    await rename(path, join(fresh, 'broken'));
    await renameTo(repository, path);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Beside the mirror, so that a rename is enough; no repository name holds a tilde. */
export function unfinishedPath(path: string): string {
  return join(dirname(path), `${basename(path)}~`);
}

async function removeAbandoned(path: string, before: number): Promise<void> {
  const prefix = basename(unfinishedPath(path));
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(prefix)) continue;
    const unfinished = join(dirname(path), name);
    const made = await stat(unfinished).catch(() => null);
    if (made && made.mtimeMs < before) await rm(unfinished, { recursive: true, force: true });
  }
}

function settingsOf(upstream: string, sha256: boolean) {
  return {
    ...formatOf(sha256),
    'core.bare': 'true',
    'core.hooksPath': '/dev/null',
    'gc.auto': '0',
    'maintenance.auto': 'false',
    // Agents ask for the commits of their jobs, which no branch may hold any more.
    'uploadpack.allowAnySHA1InWant': 'true',
    'remote.origin.url': upstream,
    // Who adds a mirror of a path trusts it; git would refuse paths of other users. Used for paths only.
    ...(upstream.startsWith('/') ? { 'remote.origin.uploadpack': "git -c 'safe.directory=*' upload-pack" } : {}),
  };
}

function configOf(upstream: string, sha256: boolean): string {
  return formatSettings(settingsOf(upstream, sha256));
}

async function replaceFile(path: string, text: string): Promise<void> {
  const directory = await mkdtemp(`${path}.`);
  try {
    await writeFile(join(directory, 'new'), text);
    await rename(join(directory, 'new'), path);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** False when the place is taken. */
async function renameTo(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && TAKEN.has(String(error.code))) return false;
    throw error;
  }
}
