import { clipLine } from '../fit-text.js';

const KEPT = 5000;

export interface LogLines {
  readonly lines: readonly string[];
  /** The beginning of a line that has not ended. */
  readonly open: string;
}

export const NO_LINES: LogLines = { lines: [], open: '' };

/** Takes more of a log; of very long ones the last lines are kept. */
export function addLogText(log: LogLines, text: string): LogLines {
  const parts = (log.open + text).split('\n');
  const open = parts.pop() ?? '';
  return { lines: parts.length === 0 ? log.lines : [...log.lines, ...parts].slice(-KEPT), open };
}

/** The `height` lines that end `scroll` lines above the log's end, cut to `width`. */
export function renderLog(
  { lines, open }: LogLines,
  view: { width: number; height: number; scroll: number },
): string[] {
  const all = open === '' ? lines : [...lines, open];
  const end = Math.max(Math.min(all.length, view.height), all.length - view.scroll);
  return all.slice(Math.max(0, end - view.height), end).map((line) => clipLine(tameLine(line), view.width));
}

/** Colours stay; whatever else would move the cursor or ring goes. Of a line that was overwritten the last writing counts. */
function tameLine(line: string): string {
  const last = line.replace(/\r+$/, '').split('\r').at(-1) ?? '';
  return (
    last
      .replace(/\t/g, '    ')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what this is about
      .replace(/\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?/g, '')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what this is about
      .replace(/\u001b\[[0-9;:?<=>]*[ -/]*[@-ln-~]/g, '')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what this is about
      .replace(/\u001b(?!\[[0-9;]*m)|[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f]/g, '')
  );
}
