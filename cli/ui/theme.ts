import type { JobState } from '#lib/core/job-state.js';
import { Chalk } from 'chalk';
import type { ColorLevel } from './color-level.js';

export type Paint = (text: string) => string;

/** Colours by meaning. A symbol and a word always say the same, so colour is never the only signal. */
export interface Theme {
  readonly good: Paint;
  readonly bad: Paint;
  readonly warn: Paint;
  readonly busy: Paint;
  readonly muted: Paint;
  readonly strong: Paint;
  readonly accent: Paint;
  readonly selected: Paint;
  readonly symbol: Readonly<Record<JobState, string>>;
  readonly state: Readonly<Record<JobState, Paint>>;
  /** Eight glyphs from low to high. */
  readonly spark: string;
  readonly pointer: string;
  readonly ellipsis: string;
  readonly separator: string;
}

const UNICODE = {
  symbol: {
    held: '◌',
    queued: '○',
    ready: '◎',
    running: '●',
    succeeded: '✓',
    failed: '✗',
    cancelled: '–',
    errored: '!',
  },
  spark: '▁▂▃▄▅▆▇█',
  pointer: '›',
  ellipsis: '…',
  separator: ' · ',
} as const;

const ASCII = {
  symbol: {
    held: 'h',
    queued: 'q',
    ready: 'o',
    running: '*',
    succeeded: '+',
    failed: 'x',
    cancelled: '-',
    errored: '!',
  },
  spark: '_.,-=+*#',
  pointer: '>',
  ellipsis: '~',
  separator: ', ',
} as const;

export function createTheme({ colorLevel, unicode }: { colorLevel: ColorLevel; unicode: boolean }): Theme {
  const chalk = new Chalk({ level: colorLevel });
  return {
    good: chalk.green,
    bad: chalk.red,
    warn: chalk.yellow,
    busy: chalk.cyan,
    muted: chalk.dim,
    strong: chalk.bold,
    accent: chalk.cyan,
    selected: chalk.inverse,
    state: {
      held: chalk.dim,
      queued: chalk.yellow,
      ready: chalk.yellow,
      running: chalk.cyan,
      succeeded: chalk.green,
      failed: chalk.red,
      cancelled: chalk.dim,
      errored: chalk.magenta,
    },
    ...(unicode ? UNICODE : ASCII),
  };
}
