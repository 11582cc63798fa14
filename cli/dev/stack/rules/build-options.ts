import type { Finding } from '../finding.js';
import type { Facts } from '../facts.js';
import type { Stack } from '../read-stack.js';
import { textOf, textsOf, valueOf } from '../value.js';

/** Options that the template does not have, and a key that faas-cli reads and never uses. */
export function* checkBuildOptions({ functions }: Stack, { templates }: Facts): Generator<Finding> {
  for (const { where, value } of functions) {
    const template = templates[textOf(value, 'lang') ?? ''];
    for (const { at, text } of template ? textsOf(value, 'build_options') : []) {
      const known = template?.buildOptions ?? [];
      if (known.includes(text)) continue;
      const fix = known.length === 0 ? 'Take it out: the template has none' : `Write one of ${known.join(', ')}`;
      yield { at, where: `${where}.build_options`, what: `the template has no option ${text}`, fix };
    }
    const platforms = valueOf(value, 'platforms');
    if (platforms) {
      const what = 'faas-cli reads this key and never uses it';
      yield { at: platforms.at, where: `${where}.platforms`, what, fix: 'Call `faas-cli publish --platforms` instead' };
    }
  }
}
