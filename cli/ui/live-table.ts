import { applyStatusEvent, EMPTY_STATUS } from './status/model.js';
import { createChangeLines } from './status/change-lines.js';
import { renderStatus } from './status/render-status.js';
import type { StatusEvent } from '../schema.js';
import { startLive } from './live.js';
import { createTheme } from './theme.js';
import type { Terminal } from './terminal.js';

export interface LiveTable {
  /** Takes the snapshot or a change of the event stream. */
  update(event: StatusEvent): void;
  /** A line that stays above the table. */
  printAbove(line: string): void;
  /** Leaves the last table on the screen. */
  stop(): void;
}

export interface LiveTableOptions {
  readonly terminal: Terminal;
  readonly title: string;
  readonly now?: () => number;
}

/** The live table, drawn in place below what was printed before; in a pipe one line per change of a job's state. */
export function createLiveTable({ terminal, title, now = Date.now }: LiveTableOptions): LiveTable {
  if (!terminal.isTTY) return createPlainTable(terminal, now);
  const theme = createTheme(terminal);
  let model = EMPTY_STATUS;
  const live = startLive({
    terminal,
    mode: 'inline',
    render: (size) => renderStatus(model, { ...size, now: now(), theme, title }),
  });
  const ticking = setInterval(() => {
    if (model.jobs.some((job) => job.state === 'running')) live.refresh();
  }, 1000);
  return {
    update: (event) => {
      model = applyStatusEvent(model, event);
      live.refresh();
    },
    printAbove: live.printAbove,
    stop: () => {
      clearInterval(ticking);
      live.stop();
    },
  };
}

function createPlainTable(terminal: Terminal, now: () => number): LiveTable {
  const lines = createChangeLines(now);
  return {
    update: (event) => {
      for (const line of lines(event)) terminal.print(line);
    },
    printAbove: (line) => terminal.print(line),
    stop: () => undefined,
  };
}
