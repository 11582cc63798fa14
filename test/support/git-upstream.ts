import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** Content of a file; null deletes it. */
export type FileChange = string | { readonly content: string; readonly mode: '100755' | '120000' } | null;
export type FileChanges = Readonly<Record<string, FileChange>>;

export interface CommitOptions {
  readonly branch?: string;
  readonly message?: string;
  /** The parent; null makes a root commit. Default: the head of the branch, else the head of the default branch. */
  readonly from?: string | null;
}

export interface Upstream {
  /** A bare repository; works as an upstream as it is. */
  readonly path: string;
  /** Changes files on a branch and answers the new head. With `from` it is a forced push. */
  commit(files: FileChanges, options?: CommitOptions): Promise<string>;
  head(branch?: string): string;
  deleteBranch(branch: string): Promise<void>;
  /** A lightweight tag, or an annotated one when it has a message; answers the id that the ref holds. */
  tag(name: string, options?: { sha?: string; message?: string }): Promise<string>;
  git(...args: string[]): Promise<string>;
  remove(): Promise<void>;
}

const ENV = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
};

/** A real git repository in a temporary directory; without `files` it has no commit. */
export async function createUpstream(
  options: { files?: FileChanges; branch?: string; objectFormat?: 'sha1' | 'sha256' } = {},
): Promise<Upstream> {
  const { files, branch: defaultBranch = 'main', objectFormat = 'sha1' } = options;
  const path = await mkdtemp(join(tmpdir(), 'raibid-upstream-'));
  const heads = new Map<string, string>();
  let seconds = Math.floor(Date.now() / 1000);

  async function git(...args: string[]): Promise<string> {
    return (await execa('git', ['--git-dir', path, ...args], { env: ENV, stdin: 'ignore' })).stdout;
  }

  function head(branch = defaultBranch): string {
    const sha = heads.get(branch);
    if (sha === undefined) throw new Error(`no branch ${branch}`);
    return sha;
  }

  async function commit(changes: FileChanges, { branch = defaultBranch, message, from }: CommitOptions = {}) {
    const parent = from === undefined ? (heads.get(branch) ?? heads.get(defaultBranch) ?? null) : from;
    seconds += 1;
    const script = importScript({ branch, parent, changes, seconds, message: message ?? `change ${seconds}` });
    const args = ['--git-dir', path, '-c', 'core.compression=0', 'fast-import', '--quiet', '--force'];
    const { stdout } = await execa('git', args, { env: ENV, input: script });
    const sha = stdout.trim();
    heads.set(branch, sha);
    return sha;
  }

  const init = ['init', '--quiet', '--bare', '--template=', `--initial-branch=${defaultBranch}`];
  await execa('git', [...init, `--object-format=${objectFormat}`, path], { env: ENV });
  if (files) await commit(files, { message: 'first' });

  return {
    path,
    git,
    head,
    commit,
    async deleteBranch(branch) {
      await git('update-ref', '-d', `refs/heads/${branch}`);
      heads.delete(branch);
    },
    async tag(name, { sha = head(), message } = {}) {
      await git('tag', '--force', ...(message === undefined ? [] : ['--annotate', '--message', message]), name, sha);
      return git('rev-parse', `refs/tags/${name}`);
    },
    async remove() {
      await rm(path, { recursive: true, force: true });
    },
  };
}

interface ImportedCommit {
  readonly branch: string;
  readonly parent: string | null;
  readonly changes: FileChanges;
  readonly seconds: number;
  readonly message: string;
}

/** One fast-import process makes blobs, tree, commit and ref. */
function importScript({ branch, parent, changes, seconds, message }: ImportedCommit): string {
  const reset = parent === null ? [`reset refs/heads/${branch}`, ''] : [];
  const lines = [
    ...reset,
    `commit refs/heads/${branch}`,
    'mark :1',
    `committer Ada <ada@example.com> ${seconds} +0000`,
  ];
  lines.push(data(message));
  if (parent !== null) lines.push(`from ${parent}`);
  for (const [name, change] of Object.entries(changes)) {
    const path = JSON.stringify(name);
    if (change === null) lines.push(`D ${path}`);
    else if (typeof change === 'string') lines.push(`M 100644 inline ${path}`, data(change));
    else lines.push(`M ${change.mode} inline ${path}`, data(change.content));
  }
  return [...lines, '', 'get-mark :1', ''].join('\n');
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}
