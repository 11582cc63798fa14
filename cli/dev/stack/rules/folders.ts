import { posix } from 'node:path';
import type { Finding } from '../finding.js';
import type { Facts } from '../facts.js';
import type { Stack } from '../read-stack.js';
import { textOf, valueOf } from '../value.js';

/** Handlers and templates that are not there. */
export function* checkFolders({ functions }: Stack, { look, templates }: Facts): Generator<Finding> {
  for (const { where, at, value } of functions) {
    const handler = textOf(value, 'handler');
    const handlerAt = valueOf(value, 'handler')?.at ?? at;
    if (handler === undefined) {
      yield { at, where, what: 'there is no handler', fix: 'Write `handler: ./functions/<name>`' };
    } else if (posix.normalize(handler).replace(/\/$/, '') === '.') {
      const what = 'the whole repository would be the handler, with .git and node_modules';
      yield { at: handlerAt, where: `${where}.handler`, what, fix: 'Name a folder of it' };
    } else if (look(handler) !== 'folder') {
      const fix = 'Make it, or mend the path: it is seen from the folder of this file';
      yield { at: handlerAt, where: `${where}.handler`, what: `there is no folder ${handler}`, fix };
    } else if (textOf(value, 'lang') === 'typescript' && look(`${handler}/handler.ts`) !== 'file') {
      const what = `${handler} has no handler.ts: the template's sample would be built, without a word`;
      yield { at: handlerAt, where: `${where}.handler`, what, fix: 'Write it' };
    }
    const lang = textOf(value, 'lang');
    const langAt = valueOf(value, 'lang')?.at ?? at;
    if (lang === undefined) {
      yield { at, where, what: 'there is no lang', fix: `Write one of ${Object.keys(templates).join(', ')}` };
    } else if (!templates[lang]) {
      const what = `there is no templates/${lang}/template.yml, and faas-cli would look for that template on the internet`;
      const fix = `Write one of ${Object.keys(templates).join(', ')}, or add the template`;
      yield { at: langAt, where: `${where}.lang`, what, fix };
    }
  }
}
