import { posix } from 'node:path';
import type { Finding } from '../finding.js';
import type { Facts } from '../facts.js';
import type { Stack } from '../read-stack.js';
import { textsOf, valueOf } from '../value.js';

/** Paths in configuration.copy that faas-cli refuses, or takes although they lie outside. */
export function* checkCopyPaths({ root }: Stack, { look }: Facts): Generator<Finding> {
  const where = 'configuration.copy';
  const seen = new Set<string>();
  for (const { at, text } of textsOf(valueOf(root, 'configuration'), 'copy')) {
    const path = posix.normalize(text).replace(/\/$/, '');
    if (posix.isAbsolute(text) || path === '..' || path.startsWith('../')) {
      const what = `${text} lies outside the folder of this file`;
      yield { at, where, what, fix: 'Name something inside of it, by a relative path' };
    } else if (path === '.') {
      yield { at, where, what: 'faas-cli refuses the whole folder', fix: 'Name the parts of it that are needed' };
    } else if (look(path) === null) {
      yield { at, where, what: `there is no ${text}`, fix: 'Mend the path or take it out' };
    } else if (seen.has(path)) {
      yield { at, where, what: `${text} is there twice`, fix: 'Take one out' };
    }
    seen.add(path);
  }
}
