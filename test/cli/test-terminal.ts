import { PassThrough, Writable } from 'node:stream';
import { createTerminal, type Terminal } from '../../cli/ui/terminal.js';

export interface TestTerminal {
  readonly terminal: Terminal;
  readonly out: () => string;
  readonly err: () => string;
  /** Each write to stdout as it came. */
  readonly writes: readonly string[];
  readonly type: (keys: string) => void;
  readonly resize: (width: number, height: number) => void;
  readonly onOutput: (listener: (text: string) => void) => void;
}

/** The real terminal code over streams that remember. */
export function createTestTerminal({
  tty = false,
  width = 80,
  height = 24,
  env = {},
  color = true,
}: {
  tty?: boolean;
  width?: number;
  height?: number;
  env?: Record<string, string>;
  color?: boolean;
} = {}): TestTerminal {
  const writes: string[] = [];
  const errors: string[] = [];
  const listeners: ((text: string) => void)[] = [];
  const keep = (into: string[], tell: boolean) =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        into.push(chunk.toString());
        if (tell) for (const listener of listeners) listener(chunk.toString());
        done();
      },
    });
  const stdin = Object.assign(new PassThrough(), { isTTY: tty, setRawMode: () => undefined });
  const stdout = Object.assign(keep(writes, true), { isTTY: tty, columns: width, rows: height });
  const stderr = Object.assign(keep(errors, false), { isTTY: tty, columns: width, rows: height });
  return {
    terminal: createTerminal({ stdin, stdout, stderr, env: { TERM: 'xterm-256color', ...env }, color }),
    out: () => writes.join(''),
    err: () => errors.join(''),
    writes,
    type: (keys) => void stdin.write(keys),
    resize: (columns, rows) => {
      Object.assign(stdout, { columns, rows });
      stdout.emit('resize');
    },
    onOutput: (listener) => void listeners.push(listener),
  };
}
