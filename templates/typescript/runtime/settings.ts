import { join } from 'node:path';

export interface Settings {
  /** Where of-watchdog forwards to; 0 takes any free port. */
  readonly port: number;
  /** The file by which of-watchdog knows that the function is ready. */
  readonly lockFile: string;
}

/** Reads what of-watchdog itself reads, so that the two can't disagree. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const upstream = env['http_upstream_url'] ?? env['upstream_url'] ?? 'http://127.0.0.1:3000';
  const url = URL.canParse(upstream) ? new URL(upstream) : null;
  if (url === null || url.protocol !== 'http:') {
    throw new Error(`upstream_url is like http://127.0.0.1:3000, not ${JSON.stringify(upstream)}`);
  }
  return { port: Number(url.port === '' ? 80 : url.port), lockFile: join(env['TMPDIR'] || '/tmp', '.lock') };
}
