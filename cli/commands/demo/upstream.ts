import { existsSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { RaibidError } from '#lib/errors.js';

/** The sample project, from the bundle in dist/cli and from the sources. */
const PLACES = ['../../cli/demo/sample', '../../demo/sample'];

/** A repository that plays GitHub's part: somebody works in it and pushes. */
export interface Upstream {
  readonly path: string;
  /** Replaces a piece of a file and commits; answers the new head. */
  edit(file: string, before: string, after: string, message: string): Promise<Commit>;
}

export interface Commit {
  readonly sha: string;
  readonly parent: string;
  readonly message: string;
}

const AUTHOR = { name: 'Ada Lovelace', email: 'ada@example.com' };

/** Makes an upstream of the sample project at `path`, with one commit on main. */
export async function createUpstream(path: string): Promise<Upstream> {
  const sample = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url))).find(existsSync);
  if (sample === undefined) throw new RaibidError('internal', 'the sample project of the demo is not there');
  await cp(sample, path, { recursive: true });

  async function git(...args: string[]): Promise<string> {
    const settings = [
      '-c',
      `user.name=${AUTHOR.name}`,
      '-c',
      `user.email=${AUTHOR.email}`,
      '-c',
      'commit.gpgsign=false',
    ];
    const { stdout } = await execa('git', [...settings, ...args], { cwd: path, stdin: 'ignore' });
    return stdout.trim();
  }

  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'Count words');

  return {
    path,
    async edit(file, before, after, message) {
      const text = await readFile(join(path, file), 'utf8');
      if (!text.includes(before)) throw new RaibidError('internal', `the sample's ${file} has changed`);
      await writeFile(join(path, file), text.replace(before, after));
      const parent = await git('rev-parse', 'HEAD');
      await git('commit', '--quiet', '--all', '--message', message);
      return { sha: await git('rev-parse', 'HEAD'), parent, message };
    },
  };
}
