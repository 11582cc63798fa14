import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface Page {
  /** From the root of the repository. */
  readonly path: string;
  /** Text outside of fenced blocks, inline code included. */
  readonly prose: string;
  readonly blocks: readonly { readonly language: string; readonly text: string }[];
}

/** Every page of documentation: *.md at the root and below docs. */
export async function readPages(): Promise<readonly Page[]> {
  const top = await readdir(ROOT);
  const below = (await readdir(join(ROOT, 'docs'), { recursive: true })).map((name) => `docs/${name}`);
  const paths = [...top, ...below].filter((path) => path.endsWith('.md')).sort();
  return Promise.all(paths.map(async (path) => readPage(path, await readFile(join(ROOT, path), 'utf8'))));
}

export function readPage(path: string, text: string): Page {
  const blocks: { language: string; text: string }[] = [];
  const prose = text.replace(/^```(\w*)\n(.*?)^```$/gms, (_all, language: string, block: string) => {
    blocks.push({ language, text: block });
    return '';
  });
  return { path, prose, blocks };
}

/** Targets of the links of a page that lead into the repository. */
export function listLinks({ prose }: Pick<Page, 'prose'>): string[] {
  const text = prose.replace(/`[^`\n]*`/g, '');
  return [...text.matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors of a page's headings, as GitHub makes them. */
export function listAnchors({ prose }: Pick<Page, 'prose'>): string[] {
  return [...prose.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Whole command lines that a page names: lines of its shell blocks, and inline code. */
export function listCommandLines({ prose, blocks }: Page): string[] {
  const shell = blocks.filter(({ language }) => language === 'sh' || language === 'console');
  const lines = shell.flatMap(({ language, text }) =>
    text.split('\n').flatMap((line) => {
      if (language === 'sh') return [line];
      return line.startsWith('$ ') ? [line.slice(2)] : [];
    }),
  );
  const inline = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  return [...lines, ...inline].map((line) => line.replace(/\s#.*$/, '').trim());
}
