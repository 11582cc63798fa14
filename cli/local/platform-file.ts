import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';

/** DIR/platform.json: how others find the platform that runs on a data directory. */
const PlatformFile = z.object({
  pid: z.int().positive(),
  url: z.string(),
  /** ISO 8601. */
  startedAt: z.string(),
});
export type PlatformFile = z.infer<typeof PlatformFile>;

/** What the file says; null when it is missing or broken. */
export async function readPlatformFile(path: string): Promise<PlatformFile | null> {
  try {
    return PlatformFile.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}

export async function writePlatformFile(path: string, content: PlatformFile): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

export async function removePlatformFile(path: string): Promise<void> {
  await rm(path, { force: true });
}
