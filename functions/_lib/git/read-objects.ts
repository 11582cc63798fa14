import { RaibidError } from '../errors.js';
import { tryGit, shorten } from './run-git.js';

export interface GitObject {
  readonly id: string;
  readonly type: string;
  readonly content: Buffer;
}

/** All objects of one call together; a tree of 100,000 files and some config files are far below. */
export const MAX_BYTES = 32 * 1024 * 1024;

/**
 * Reads objects by their names (`<sha>^{tree}`, `<sha>:path`, …, without line breaks) with one process; null for what is not there.
 * Throws `payload-invalid` when they are larger than 32 MiB together.
 */
export async function readObjects(gitDir: string, names: readonly string[]): Promise<(GitObject | null)[]> {
  const input = names.map((name) => `${name}\n`).join('');
  const answer = await tryGit(['cat-file', '--batch'], { gitDir, input, maxBytes: MAX_BYTES });
  if (answer.ok) return parseBatch(answer.stdout, names.length);
  if (answer.why === 'output')
    throw new RaibidError('payload-invalid', `${names.join(', ')}: larger than 32 MiB together`);
  throw new RaibidError('internal', `git cat-file: ${shorten(answer.problem)}`);
}

function parseBatch(output: Buffer, count: number): (GitObject | null)[] {
  const objects: (GitObject | null)[] = [];
  let at = 0;
  while (objects.length < count) {
    const end = output.indexOf(0x0a, at);
    if (end < 0) throw new RaibidError('internal', 'git cat-file ended early');
    const header = parseHeader(output.toString('utf8', at, end));
    at = end + 1;
    objects.push(header && { ...header.object, content: output.subarray(at, at + header.size) });
    if (header) at += header.size + 1;
  }
  return objects;
}

/** The line before an object; null when it says that there is none. `size` in bytes, without the newline behind it. */
export function parseHeader(line: string): { object: Omit<GitObject, 'content'>; size: number } | null {
  const [, id, type, size] = /^([0-9a-f]+) (commit|tree|blob|tag) (\d+)$/.exec(line) ?? [];
  return id === undefined || type === undefined ? null : { object: { id, type }, size: Number(size) };
}
