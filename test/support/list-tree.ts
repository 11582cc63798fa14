import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Every file below a folder, with its mode and the hash of its content. */
export async function listTree(directory: string): Promise<Record<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  const described = files.sort().map(async (path) => {
    const hash = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    return [relative(directory, path), `${((await stat(path)).mode & 0o777).toString(8)} ${hash}`] as const;
  });
  return Object.fromEntries(await Promise.all(described));
}
