import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { RaibidError } from '../errors.js';
import { formatOf, makeGitDirectory } from './make-git-directory.js';
import { parseUpstream } from './parse-upstream.js';
import { type GitAnswer, runGit, shorten, tryGit } from './run-git.js';

export interface CheckOut {
  /** Absolute path of a bare repository on this machine, or an https or ssh URL. */
  readonly source: string;
  readonly sha: string;
  /** Absolute path of the work tree; made when missing, must be empty. */
  readonly directory: string;
  /** The longest git may take, ms. Default: 10 min. */
  readonly timeoutMs?: number;
}

/**
 * Makes a work tree of exactly one commit, detached. From a path it shares objects with the source and knows its tags, so the
 * whole history is there; the source must stay as long as the work tree. From a URL it holds that commit alone.
 * No hook, filter or submodule of the commit runs. Throws `commit-unknown`, `upstream-unreachable`, `upstream-unsupported`.
 */
export async function checkOut({ source, sha, directory, timeoutMs = 10 * 60_000 }: CheckOut): Promise<void> {
  await mkdir(directory, { recursive: true });
  if ((await readdir(directory)).length > 0) throw new RaibidError('internal', `work tree ${directory} is not empty`);
  const gitDir = join(directory, '.git');
  await makeGitDirectory(gitDir, { ...formatOf(sha.length === 64), ...SETTINGS });
  if (isAbsolute(source)) await shareObjects(source, gitDir);
  else await fetchOne(source, sha, gitDir, timeoutMs);
  await writeFile(join(gitDir, 'HEAD'), `${sha}\n`);
  const [answer] = await Promise.all([
    tryGit([...CHECKOUT, sha], { gitDir, workTree: directory, timeoutMs }),
    isAbsolute(source) ? copyTags(source, gitDir) : undefined,
  ]);
  if (!answer.ok) throw checkoutError(answer, sha, source);
}

/** Nothing may go on in the background after the job. */
const SETTINGS = { 'core.bare': 'false', 'core.logAllRefUpdates': 'true', 'gc.auto': '0', 'maintenance.auto': 'false' };

// From 1,000 files on, more than one process pays.
const PARALLEL = ['-c', 'checkout.workers=0', '-c', 'checkout.thresholdForParallelism=1000'];
const CHECKOUT = [
  '-c',
  'core.hooksPath=/dev/null',
  ...PARALLEL,
  'read-tree',
  '--reset',
  '-u',
  '--no-recurse-submodules',
];

async function shareObjects(source: string, gitDir: string): Promise<void> {
  await writeFile(join(gitDir, 'objects/info/alternates'), `${join(source, 'objects')}\n`);
}

async function fetchOne(source: string, sha: string, gitDir: string, timeoutMs: number): Promise<void> {
  const { url } = parseUpstream(source, { local: false });
  const args = ['fetch', '--quiet', '--depth=1', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance'];
  const call = { gitDir, config: 'user', protocols: ['https', 'ssh'], timeoutMs } as const;
  const answer = await tryGit([...args, '--no-recurse-submodules', '--', url, sha], call);
  if (answer.ok) return;
  if (/not our ref|couldn't find remote ref|unadvertised object/i.test(answer.problem)) {
    throw new RaibidError('commit-unknown', `${url} has no commit ${sha}`);
  }
  throw new RaibidError('upstream-unreachable', `${url}: ${shorten(answer.problem)}`);
}

/** Tags for git describe, in one file as git packs them; no process where there are none. */
async function copyTags(source: string, gitDir: string): Promise<void> {
  if (!(await hasTags(source))) return;
  const output = await runGit(['for-each-ref', '--format=%(objectname) %(refname)', 'refs/tags'], { gitDir: source });
  await writeFile(join(gitDir, 'packed-refs'), `# pack-refs with: sorted\n${output.toString('utf8')}`);
}

async function hasTags(source: string): Promise<boolean> {
  const loose = await readdir(join(source, 'refs/tags')).catch(() => []);
  if (loose.length > 0) return true;
  const packed = await readFile(join(source, 'packed-refs'), 'utf8').catch(() => '');
  return packed.includes(' refs/tags/');
}

function checkoutError(answer: GitAnswer & { ok: false }, sha: string, source: string): RaibidError {
  const problem = shorten(answer.problem);
  if (/not a valid object name|bad object|failed to unpack tree object|unable to read tree/i.test(problem)) {
    return new RaibidError('commit-unknown', `${source} has no commit ${sha}: ${problem}`);
  }
  return new RaibidError('internal', `checkout of ${sha}: ${problem}`);
}
