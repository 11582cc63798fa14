import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Settings by dotted name, in order. */
export type GitSettings = Readonly<Record<string, string>>;

/**
 * Writes what git needs to take a directory for a repository. By hand, because this costs no process and
 * copies no template: no hook can be in it. The format is gitrepository-layout(5), version 0, or 1 for SHA-256.
 */
export async function makeGitDirectory(directory: string, settings: GitSettings): Promise<void> {
  const folders = ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags'];
  await Promise.all(folders.map((folder) => mkdir(join(directory, folder), { recursive: true })));
  await writeFile(join(directory, 'config'), formatSettings(settings));
  await writeFile(join(directory, 'HEAD'), 'ref: refs/heads/main\n');
}

/** The settings that tell the object format; git reads SHA-1 from their absence. */
export function formatOf(sha256: boolean): GitSettings {
  if (!sha256) return { 'core.repositoryformatversion': '0' };
  return { 'core.repositoryformatversion': '1', 'extensions.objectformat': 'sha256' };
}

/** The text of a git configuration file. */
export function formatSettings(settings: GitSettings): string {
  return Object.entries(settings)
    .map(([name, value]) => {
      const parts = name.split('.');
      const [section = '', subsection] = parts;
      const header = parts.length === 3 ? `[${section} "${subsection}"]` : `[${section}]`;
      return `${header}\n\t${parts.at(-1)} = "${value.replace(/["\\]/g, '\\$&')}"\n`;
    })
    .join('');
}
