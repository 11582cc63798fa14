import { z } from 'zod';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** The longest duration in configuration: timers of node end at 24.8 days. */
const MOST_MS = 7 * 24 * 3_600_000;

/** Parses `90s`, `10m`, `1h30m` or a number of seconds to milliseconds; null when it is none of these. */
export function parseDuration(text: string): number | null {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return null;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    total += Number(amount) * (UNITS[unit ?? ''] ?? 0);
  }
  return Math.round(total);
}

const EXPLAINED = 'must be a duration such as "90s", "10m" or "1h30m", at most 168h';

/** A duration in configuration, in milliseconds after parsing. */
export const Duration = z.union([z.string(), z.number()], { error: EXPLAINED }).transform((value, context) => {
  const ms = parseDuration(String(value));
  if (ms !== null && ms > 0 && ms <= MOST_MS) return ms;
  context.addIssue({ code: 'custom', message: EXPLAINED });
  return z.NEVER;
});
