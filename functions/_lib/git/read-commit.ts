import { RaibidError } from '../errors.js';
import { isFile, parseTree } from './parse-tree.js';
import type { ReadObjects } from './object-reader.js';

const MAX_FILE_BYTES = 1024 * 1024;

export interface TopFiles {
  readonly files: ReadonlySet<string>;
  readonly contents: ReadonlyMap<string, string>;
}

/**
 * Regular files at the top of a commit's tree, and the contents (UTF-8) of those in `names`; null when the commit is not there.
 * Links are not followed. Throws `payload-invalid` when a wanted file is larger than 1 MiB.
 */
export async function readTopFiles(read: ReadObjects, sha: string, names: readonly string[]): Promise<TopFiles | null> {
  const wanted = [...new Set(names)].filter((name) => !/[/\n]/.test(name));
  const objects = await read([`${sha}^{tree}`, ...wanted.map((name) => `${sha}:${name}`)]);
  const [tree, ...found] = objects;
  if (!tree) return null;
  const entries = parseTree(tree.content, sha.length === 64 ? 32 : 20);
  const files = new Set(entries.filter(isFile).map(({ name }) => name));
  const contents = new Map<string, string>();
  for (const [index, name] of wanted.entries()) {
    const file = found[index];
    if (!file || !files.has(name)) continue;
    if (file.content.length > MAX_FILE_BYTES) {
      throw new RaibidError('payload-invalid', `${name} of ${sha} has ${file.content.length} bytes; 1 MiB is the most`);
    }
    contents.set(name, file.content.toString('utf8'));
  }
  return { files, contents };
}

/** A commit's message, in full; null when the commit is not there. */
export async function readCommitMessage(read: ReadObjects, sha: string): Promise<string | null> {
  const [commit] = await read([`${sha}^{commit}`]);
  if (!commit) return null;
  const end = commit.content.indexOf('\n\n');
  const headers = commit.content.toString('latin1', 0, end);
  const encoding = /^encoding (\S+)$/m.exec(headers)?.[1];
  return decode(commit.content.subarray(end + 2), encoding);
}

function decode(text: Buffer, encoding = 'utf-8'): string {
  try {
    return new TextDecoder(encoding).decode(text);
  } catch {
    // The label is free text of whoever made the commit.
    return text.toString('utf8');
  }
}
