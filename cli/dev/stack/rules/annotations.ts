import { parseDuration } from '#lib/core/duration.js';
import type { Finding } from '../finding.js';
import { parseSchedule } from '../parse-schedule.js';
import type { Stack } from '../read-stack.js';
import { type Entry, entriesOf, textOf, valueOf } from '../value.js';

interface Check {
  readonly isRight: (text: string) => boolean;
  readonly what: string;
  readonly fix: string;
}

/** What the connector reads of a function, and what it takes. */
const KNOWN: Readonly<Record<string, Check>> = {
  'raibid.dev/path': {
    isRight: (text) => /^\/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*$/.test(text),
    what: 'is no path',
    fix: 'Write one that starts with "/", without a query',
  },
  'raibid.dev/schedule': {
    isRight: (text) => parseSchedule(text) !== null,
    what: 'is no schedule',
    fix: 'Write timer.<name>=duration of at least 100ms, several of them separated by ";": timer.tick=1s; timer.reconcile=5m',
  },
  'raibid.dev/concurrency': {
    isRight: (text) => /^[1-9]\d{0,3}$/.test(text),
    what: 'is no number of calls',
    fix: 'Write a whole number from 1 to 9999, in quotes',
  },
  'raibid.dev/timeout': {
    isRight: (text) => (parseDuration(text) ?? 0) > 0,
    what: 'is no duration',
    fix: 'Write one like 30s or 5m',
  },
  'raibid.dev/acked': oneOf('keep', 'delete'),
  'raibid.dev/start': oneOf('first', 'next'),
};

function oneOf(...words: readonly string[]): Check {
  return { isRight: (text) => words.includes(text), what: 'has no meaning', fix: `Write ${words.join(' or ')}` };
}

/** Annotations that the connector would refuse or never see. */
export function* checkAnnotations({ functions }: Stack): Generator<Finding> {
  for (const { where: parent, value } of functions) {
    const where = `${parent}.annotations`;
    const annotations = valueOf(value, 'annotations');
    const topic = textOf(annotations, 'topic');
    for (const entry of entriesOf(annotations)) {
      yield* checkEntry(entry, `${where}.${entry.key}`);
      if (!entry.key.startsWith('raibid.dev/') || topic !== undefined) continue;
      if (textOf(annotations, 'raibid.dev/schedule') !== undefined) continue;
      const what = 'has no effect: the connector invokes what has a topic or a schedule';
      yield { at: entry.at, where: `${where}.${entry.key}`, what, fix: 'Add `topic: redis:<stream>`, or take it out' };
    }
  }
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
  const check = KNOWN[key];
  if (!check) {
    const fix = `Write one of ${Object.keys(KNOWN).join(', ')}`;
    yield { at, where, what: 'the connector knows no such annotation', fix };
  } else if (!check.isRight(text)) {
    yield { at: value.at, where, what: `${JSON.stringify(text)} ${check.what}`, fix: check.fix };
  }
}
