import { diffInline, diffScreen, eraseInline } from './frame-diff.js';
import type { Size, Terminal } from './terminal.js';

const LEAST_MS = 100;
const ESC = '\u001b[';
const HIDE_CURSOR = `${ESC}?25l`;
const SHOW_CURSOR = `${ESC}?25h`;
const OPEN_SCREEN = `${ESC}?1049h${ESC}?7l${ESC}H${ESC}2J${HIDE_CURSOR}`;
const CLOSE_SCREEN = `${ESC}?7h${SHOW_CURSOR}${ESC}?1049l`;

export interface LiveOptions {
  readonly terminal: Terminal;
  /** `screen`: the alternate screen, gone afterwards. `inline`: below what was printed, staying there. */
  readonly mode: 'screen' | 'inline';
  /** The frame as it should be now: lines no wider than the size, no more than its height. */
  readonly render: (size: Size) => readonly string[];
}

export interface Live {
  /** The frame may have changed: paints it, at most ten times a second. */
  refresh(): void;
  /** Inline: a line that stays above the frame. */
  printAbove(line: string): void;
  /** Paints the last frame (inline) or leaves the screen, and gives the cursor back. */
  stop(): void;
}

/** Paints frames: one write a frame, changed lines only, never faster than the terminal reads. */
export function startLive({ terminal, mode, render }: LiveOptions): Live {
  let shown: readonly string[] = [];
  let size = terminal.size();
  let timer: NodeJS.Timeout | null = null;
  let last = Number.NEGATIVE_INFINITY;
  let blocked = false;
  let wanted = false;
  let stopped = false;

  const send = (bytes: string) => {
    if (bytes === '' || terminal.stdout.write(bytes)) return;
    blocked = true;
    terminal.stdout.once('drain', () => {
      blocked = false;
      if (wanted) refresh();
    });
  };
  const paint = () => {
    timer = null;
    wanted = false;
    last = performance.now();
    const now = terminal.size();
    const resized = now.width !== size.width || now.height !== size.height;
    size = now;
    let out = '';
    if (resized) {
      out = mode === 'screen' ? `${ESC}0m${ESC}2J` : eraseInline(shown, size);
      shown = [];
    }
    const most = mode === 'screen' ? size.height : size.height - 1;
    const frame = render({ ...size, height: most }).slice(0, most);
    send(out + (mode === 'screen' ? diffScreen(shown, frame, size.width) : diffInline(shown, frame, size.width)));
    shown = frame;
  };
  const refresh = () => {
    if (stopped || timer !== null) return;
    wanted = true;
    if (blocked) return;
    timer = setTimeout(paint, Math.max(0, last + LEAST_MS - performance.now()));
  };
  const restore = mode === 'screen' ? CLOSE_SCREEN : SHOW_CURSOR;
  const forgetResize = terminal.onResize(refresh);
  const forgetEnd = terminal.onEnd(() => void terminal.stdout.write(restore));
  send(mode === 'screen' ? OPEN_SCREEN : HIDE_CURSOR);
  paint();

  return {
    refresh,
    printAbove: (line) => {
      send(`${eraseInline(shown, size)}${line}\n`);
      shown = [];
      paint();
    },
    stop: () => {
      if (stopped) return;
      if (timer !== null) clearTimeout(timer);
      if (mode === 'inline') paint();
      stopped = true;
      forgetResize();
      forgetEnd();
      send(restore);
    },
  };
}
