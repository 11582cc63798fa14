import { link, open, readFile, unlink } from 'node:fs/promises';

/**
 * Writes a file that is not there yet, mode 0600, whole or not at all, and answers what the file holds: `content`, or what
 * stood there before, which is never overwritten. `suffix` makes the name of the unfinished file its own.
 */
export async function writeOnce(path: string, content: string, suffix: string): Promise<string> {
  const unfinished = `${path}.${suffix}`;
  const handle = await open(unfinished, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    // Unlike rename, link refuses to replace.
    await link(unfinished, path);
    return content;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    return await readFile(path, 'utf8');
  } finally {
    await unlink(unfinished);
  }
}
