const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span of milliseconds in at most five characters: `0s`, `59s`, `3m05s`, `2h10m`, `3d`. */
export function formatSpan(ms: number): string {
  const span = Math.max(0, ms);
  if (span < MINUTE) return `${Math.floor(span / SECOND)}s`;
  if (span < 10 * MINUTE) {
    return `${Math.floor(span / MINUTE)}m${String(Math.floor((span % MINUTE) / SECOND)).padStart(2, '0')}s`;
  }
  if (span < HOUR) return `${Math.floor(span / MINUTE)}m`;
  if (span < 10 * HOUR) {
    return `${Math.floor(span / HOUR)}h${String(Math.floor((span % HOUR) / MINUTE)).padStart(2, '0')}m`;
  }
  if (span < DAY) return `${Math.floor(span / HOUR)}h`;
  return `${Math.floor(span / DAY)}d`;
}

/** How long ago, coarse: `now`, `42s`, `3m`, `2h`, `5d`. Null gives an empty text. */
export function formatAge(time: string | null, now: number): string {
  if (time === null) return '';
  const span = Math.max(0, now - Date.parse(time));
  if (span < SECOND) return 'now';
  if (span < MINUTE) return `${Math.floor(span / SECOND)}s`;
  if (span < HOUR) return `${Math.floor(span / MINUTE)}m`;
  if (span < DAY) return `${Math.floor(span / HOUR)}h`;
  return `${Math.floor(span / DAY)}d`;
}

/** A finished span with tenths where they matter: `0.4s`, `12.3s`, `1m05s`. */
export function formatDuration(ms: number): string {
  return ms < MINUTE ? `${(Math.floor(ms / 100) / 10).toFixed(1)}s` : formatSpan(ms);
}
