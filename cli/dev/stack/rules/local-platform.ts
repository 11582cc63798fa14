import { Annotations } from '../../../../functions/_connector/discover/annotations.js';
import type { EventFacts, Facts } from '../facts.js';
import type { Finding } from '../finding.js';
import type { Stack, StackFunction } from '../read-stack.js';
import { textOf, valueOf } from '../value.js';

/** What OpenFaaS would do otherwise than the local platform: functions, inboxes, paths, schedules. */
export function* checkLocalPlatform({ kind, functions, root }: Stack, { events }: Facts): Generator<Finding> {
  if (kind !== 'functions') return;
  for (const [name, facts] of Object.entries(events)) {
    if (!facts) continue;
    const fn = functions.find((candidate) => candidate.name === name);
    if (fn) yield* compare(fn, facts);
    else {
      const at = valueOf(root, 'functions')?.at ?? root.at;
      yield { at, where: 'functions', what: `${name} is missing, which runs locally`, fix: `Add ${name}` };
    }
  }
}

function* compare({ value, where: parent, at: place }: StackFunction, facts: EventFacts): Generator<Finding> {
  const annotations = valueOf(value, 'annotations');
  const wanted = {
    topic: `redis:${facts.inbox}`,
    'raibid.dev/path': facts.path,
    'raibid.dev/schedule': facts.schedules.map(({ type, everyMs }) => `${type}=${showDuration(everyMs)}`).join('; '),
  };
  for (const [key, want] of Object.entries(wanted)) {
    const text = textOf(annotations, key) ?? '';
    if (key === 'raibid.dev/schedule' ? isSameSchedule(text, facts) : text === want) continue;
    const at = valueOf(annotations, key)?.at ?? annotations?.at ?? place;
    const found = text === '' ? 'is missing' : `is ${text}`;
    const fix = want === '' ? `Take it out` : `Write ${key}: ${want}`;
    const what = `${found}; the local platform has ${want === '' ? 'none' : want}`;
    yield { at, where: `${parent}.annotations.${key}`, what, fix };
  }
}

function isSameSchedule(text: string, { schedules }: EventFacts): boolean {
  const show = (list: readonly { type: string; everyMs: number }[]) =>
    list
      .map(({ type, everyMs }) => `${type}=${everyMs}`)
      .sort()
      .join();
  const parsed = Annotations.shape['raibid.dev/schedule'].safeParse(text);
  return show(parsed.data ?? []) === show(schedules);
}

function showDuration(ms: number): string {
  if (ms % 60_000 === 0) return `${ms / 60_000}m`;
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
