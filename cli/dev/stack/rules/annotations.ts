import type { z } from 'zod';
import { Annotations } from '../../../../functions/_connector/discover/annotations.js';
import { classifyStream } from '#lib/redis/keys.js';
import type { Finding } from '../finding.js';
import type { Stack } from '../read-stack.js';
import { type Entry, entriesOf, textOf, valueOf } from '../value.js';

/** What the connector reads of a function, by the schemas with which it does. */
const KNOWN: Readonly<Record<string, z.ZodType>> = Object.fromEntries(
  Object.entries(Annotations.shape).filter(([key]) => key !== 'topic'),
);

/** Annotations that the connector would refuse or never see. */
export function* checkAnnotations({ functions }: Stack): Generator<Finding> {
  for (const { name, where: parent, value } of functions) {
    const where = `${parent}.annotations`;
    const annotations = valueOf(value, 'annotations');
    const topic = textOf(annotations, 'topic');
    for (const entry of entriesOf(annotations)) {
      yield* checkEntry(entry, `${where}.${entry.key}`);
      if (entry.key === 'topic') yield* checkStream(name, entry, `${where}.topic`);
      if (!entry.key.startsWith('raibid.dev/') || topic !== undefined) continue;
      if (textOf(annotations, 'raibid.dev/schedule') !== undefined) continue;
      const what = 'has no effect: the connector invokes what has a topic or a schedule';
      yield { at: entry.at, where: `${where}.${entry.key}`, what, fix: 'Add `topic: redis:<stream>`, or take it out' };
    }
  }
}

/** Keys of ours that the connector would not read for this function. */
function* checkStream(name: string, { value }: Entry, where: string): Generator<Finding> {
  const stream = value.kind === 'text' && value.text.startsWith('redis:') ? value.text.slice('redis:'.length) : '';
  const kind = classifyStream(stream);
  if (kind.kind === 'theirs' || (kind.kind === 'inbox' && kind.fn === name)) return;
  const what =
    kind.kind === 'inbox' ? `${stream} is for the function ${kind.fn} only` : `${stream} is not for functions`;
  yield { at: value.at, where, what, fix: 'Name a stream of your own' };
}

function* checkEntry({ key, at, value }: Entry, where: string): Generator<Finding> {
  const text = value.kind === 'text' ? value.text : '';
  if (key === 'topic') {
    if (text.startsWith('redis:') && !/^redis:[^\s,]+$/.test(text)) {
      yield {
        at: value.at,
        where,
        what: `${JSON.stringify(text)} names no stream`,
        fix: 'Write redis:<key of the stream>',
      };
    }
    return;
  }
  if (!key.startsWith('raibid.dev/')) return;
  const schema = KNOWN[key];
  if (!schema) {
    const fix = `Write one of ${Object.keys(KNOWN).join(', ')}`;
    yield { at, where, what: 'the connector knows no such annotation', fix };
    return;
  }
  const parsed = schema.safeParse(text);
  if (parsed.success) return;
  const problem = parsed.error.issues.map(({ message }) => message).join('; ');
  yield { at: value.at, where, what: `${JSON.stringify(text)}: ${problem}`, fix: 'Mend the value' };
}
