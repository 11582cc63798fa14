/** 0 no colour, 1 sixteen colours, 2 256 colours, 3 true colour. */
export type ColorLevel = 0 | 1 | 2 | 3;

export interface ColorInputs {
  /** False when --no-color was given. */
  readonly flag: boolean;
  readonly isTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Decides once: flag, then NO_COLOR, then FORCE_COLOR, then whether the stream is a terminal that can. */
export function decideColorLevel({ flag, isTTY, env }: ColorInputs): ColorLevel {
  if (!flag) return 0;
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return 0;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return readForced(forced);
  if (!isTTY || env['TERM'] === 'dumb') return 0;
  if (/^(?:truecolor|24bit)$/.test(env['COLORTERM'] ?? '')) return 3;
  return /-256(?:color)?$/.test(env['TERM'] ?? '') ? 2 : 1;
}

function readForced(value: string): ColorLevel {
  if (value === '0' || value === 'false') return 0;
  if (value === '2') return 2;
  return value === '3' ? 3 : 1;
}

/** Whether symbols beyond ASCII may be drawn: yes, unless the locale says otherwise. */
export function decideUnicode(env: Readonly<Record<string, string | undefined>>): boolean {
  if (env['TERM'] === 'linux' || env['TERM'] === 'dumb') return false;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return locale === '' || /utf-?8/i.test(locale);
}
