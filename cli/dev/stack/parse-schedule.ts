import { parseDuration } from '#lib/core/duration.js';

const SHORTEST_MS = 100;

/** `timer.tick=1s; timer.reconcile=5m`: types of events and how often each is sent. Null when it is no schedule. */
export function parseSchedule(text: string): { type: string; everyMs: number }[] | null {
  const parts = text.split(';').map((part) => part.trim());
  const schedule = parts.map((part) => {
    const [, type = '', duration = ''] = /^(timer\.[a-z][a-z0-9.-]{0,60})\s*=\s*(\S+)$/.exec(part) ?? [];
    return { type, everyMs: parseDuration(duration) ?? 0 };
  });
  return schedule.every(({ type, everyMs }) => type !== '' && everyMs >= SHORTEST_MS) ? schedule : null;
}
