import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface ImageRecipe {
  /** The command of the build stage that checks and bundles. */
  readonly bundle: string;
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly [string, ...string[]];
  readonly args: Readonly<Record<string, string>>;
}

/** What the Dockerfile of a context would do, so that tests do the same and no more. */
export async function readRecipe(context: string): Promise<ImageRecipe> {
  const text = (await readFile(join(context, 'Dockerfile'), 'utf8')).replace(/^#.*\n/gm, '').replace(/\\\n/g, ' ');
  const lines = text.split('\n').map((line) => line.trim());
  const after = (start: string) =>
    lines.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length));
  const bundle = after('RUN ').find((line) => line.includes('bundle.mjs'));
  const [program, ...rest] = JSON.parse(after('CMD ').at(-1) ?? '[]') as string[];
  if (bundle === undefined || program === undefined) throw new Error(`${context}: no bundling, or no CMD`);
  return {
    bundle,
    env: readPairs(after('ENV ').join(' ')),
    command: [program, ...rest],
    args: readPairs(after('ARG ').join(' ')),
  };
}

function readPairs(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)];
  return Object.fromEntries(pairs.map(([, name = '', quoted, bare]) => [name, quoted ?? bare ?? '']));
}
