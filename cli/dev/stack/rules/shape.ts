import type { Finding } from '../finding.js';
import type { Stack } from '../read-stack.js';
import { entriesOf, type Entry, type Value } from '../value.js';

/** What a key holds. A map names its keys; `texts` is a map of any keys to text. */
type Shape = 'text' | 'flag' | 'list' | 'texts' | { readonly [key: string]: Shape } | { readonly each: Shape };

const RESOURCES = { memory: 'text', cpu: 'text' } as const;

const FUNCTION: Shape = {
  lang: 'text',
  handler: 'text',
  image: 'text',
  fprocess: 'text',
  environment: 'texts',
  environment_file: 'list',
  secrets: 'list',
  skip_build: 'flag',
  constraints: 'list',
  labels: 'texts',
  annotations: 'texts',
  limits: RESOURCES,
  requests: RESOURCES,
  readonly_root_filesystem: 'flag',
  build_options: 'list',
  build_args: 'texts',
  build_secrets: 'texts',
  namespace: 'text',
  platforms: 'text',
};

const STACK: Shape = {
  version: 'text',
  provider: { name: 'text', gateway: 'text' },
  functions: { each: FUNCTION },
  configuration: { templates: 'list', copy: 'list' },
};

const SAID: Readonly<Record<string, string>> = {
  text: 'text',
  flag: 'true or false',
  list: 'a list of texts',
  texts: 'a map of names to texts',
  map: 'a map',
};

/** Keys that faas-cli ignores without a word, and values that it can't read. */
export function* checkShape({ root }: Stack): Generator<Finding> {
  yield* check(root, STACK, '');
}

function* check(value: Value, shape: Shape, where: string): Generator<Finding> {
  if (typeof shape === 'object') {
    if (value.kind !== 'map') yield wrongKind(value, 'map', where);
    for (const entry of entriesOf(value)) {
      const inner = join(where, entry.key);
      const next = 'each' in shape ? (shape.each as Shape) : (shape as Readonly<Record<string, Shape>>)[entry.key];
      if (next === undefined) yield unknownKey(entry, Object.keys(shape), inner);
      else yield* check(entry.value, next, inner);
    }
  } else if (shape === 'texts') {
    if (value.kind !== 'map') yield wrongKind(value, shape, where);
    for (const entry of entriesOf(value)) {
      if (entry.value.kind !== 'text') yield wrongKind(entry.value, 'text', join(where, entry.key));
    }
  } else if (shape === 'list') {
    const isRight = value.kind === 'list' && (where === 'configuration.templates' || isOfTexts(value.items));
    if (!isRight) yield wrongKind(value, shape, where);
  } else if (value.kind !== 'text' || (shape === 'flag' && !/^(?:true|false)$/.test(value.text))) {
    yield wrongKind(value, shape, where);
  }
}

const join = (where: string, key: string) => (where === '' ? key : `${where}.${key}`);
const isOfTexts = (items: readonly Value[]) => items.every(({ kind }) => kind === 'text');

function wrongKind({ at, kind }: Value, wanted: string, where: string): Finding {
  const found = kind === 'nothing' ? 'is empty' : `is ${SAID[kind] ?? kind}`;
  return { at, where, what: found, fix: `Give ${SAID[wanted] ?? wanted}, or leave the key out` };
}

function unknownKey({ key, at }: Entry, known: readonly string[], where: string): Finding {
  const what = 'is no key of faas-cli, which ignores it';
  if (/^(?:read|write|exec)_timeout$/.test(key)) return { at, where, what, fix: `Put ${key} into environment` };
  const near = known.find((name) => isNear(key, name));
  return { at, where, what, fix: near ? `Write ${near}` : `Take it out; known are ${known.join(', ')}` };
}

/** Whether two names are the same but for separators, case, a plural or two letters. */
function isNear(given: string, known: string): boolean {
  const plain = (name: string) => name.toLowerCase().replace(/[-_ ]/g, '').replace(/s$/, '');
  return plain(given) === plain(known) || editDistance(given, known) <= 2;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
