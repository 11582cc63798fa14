import { z } from 'zod';
import { Duration, parseDuration } from '#lib/core/duration.js';

/** The annotations that the connector reads. Values are text; others may stand beside them. */
const PREFIX = 'raibid.dev/';
const READ: ReadonlySet<string> = new Set(
  ['path', 'schedule', 'concurrency', 'timeout', 'acked', 'start'].map((name) => PREFIX + name),
);

const SHORTEST_MS = 100;
/** As for every duration; a timer of node's knows no more than 24 days. */
const LONGEST_MS = 168 * 3600 * 1000;

/** `timer.tick=1s; timer.report=24h` */
const Timers = z.string().transform((text, context) => {
  const parts = text.split(';').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
  return parts.flatMap((part) => {
    const [, type, every = ''] = /^(timer\.[a-z][a-z0-9.-]{0,60})\s*=\s*(\S+)$/.exec(part) ?? [];
    const everyMs = parseDuration(every);
    if (type !== undefined && everyMs !== null && everyMs >= SHORTEST_MS && everyMs <= LONGEST_MS) {
      return [{ type: `timer.${type.slice('timer.'.length)}` as const, everyMs }];
    }
    context.addIssue({ code: 'custom', message: `"${part}" is no timer such as "timer.tick=1s", from 100ms to 168h` });
    return [];
  });
});

export const Annotations = z.object({
  topic: z.string().optional(),
  'raibid.dev/path': z
    .string()
    .regex(/^\/[\x21-\x7e]*$/, 'must begin with "/" and hold no spaces')
    .default('/'),
  'raibid.dev/schedule': Timers.prefault(''),
  'raibid.dev/concurrency': z
    .string()
    .regex(/^[1-9][0-9]{0,3}$/, 'must be a number from 1 to 9999')
    .default('8')
    .transform(Number),
  'raibid.dev/timeout': Duration.optional(),
  /** What becomes of an entry of somebody else's stream that was delivered. */
  'raibid.dev/acked': z.enum(['keep', 'delete'], 'must be keep or delete').default('keep'),
  /** Where a function that is new to a stream begins. */
  'raibid.dev/start': z.enum(['first', 'next'], 'must be first or next').default('first'),
});
export type Annotations = z.infer<typeof Annotations>;

/** Annotations of ours that there are not: a slip of the pen would do nothing, silently. */
export function findUnknown(annotations: Readonly<Record<string, string>>): string[] {
  return Object.keys(annotations).filter((name) => name.startsWith(PREFIX) && !READ.has(name));
}

/** Whether a function has annotations for a connector. */
export function isConcerned(annotations: Readonly<Record<string, string>>): boolean {
  return Object.keys(annotations).some((name) => name === 'topic' || name.startsWith(PREFIX));
}
