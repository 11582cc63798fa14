import { once } from 'node:events';
import { emitKeypressEvents } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { type ColorLevel, decideColorLevel, decideUnicode } from './color-level.js';

export interface InputStream extends Readable {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
}

export interface OutputStream extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

export interface Key {
  /** Name of the key: `up`, `return`, `escape`, or the character typed. */
  readonly name: string;
  readonly ctrl: boolean;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** All that the CLI knows of the place it runs in. Data goes to stdout, talk to stderr. */
export interface Terminal {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Stdout is a terminal that can move its cursor: live views, tables with headers, relative ages. */
  readonly isTTY: boolean;
  /** Questions can be asked and keys read. */
  readonly canPrompt: boolean;
  readonly colorLevel: ColorLevel;
  readonly errorColorLevel: ColorLevel;
  readonly unicode: boolean;
  /** The size now, in cells; read it at each paint. */
  size(): Size;
  /** One line to stdout. */
  print(line: string): void;
  /** One line to stderr. */
  say(line: string): void;
  /** Bytes to stdout; resolves when the reader has room for more. */
  write(bytes: string | Uint8Array): Promise<void>;
  onResize(listener: () => void): () => void;
  /** Reads single keys until the returned function is called. */
  readKeys(listener: (key: Key) => void): () => void;
  /** Runs `cleanUp` when the process ends by itself or by a signal, unless the returned function was called before. */
  onEnd(cleanUp: () => void): () => void;
}

export interface TerminalInputs {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** False when --no-color was given. */
  readonly color: boolean;
}

/** The only place that asks whether a stream is a terminal. */
export function createTerminal({ stdin, stdout, stderr, env, color }: TerminalInputs): Terminal {
  const outTTY = stdout.isTTY === true;
  const isTTY = outTTY && env['TERM'] !== 'dumb';
  return {
    stdin,
    stdout,
    stderr,
    isTTY,
    canPrompt: isTTY && stdin.isTTY === true,
    colorLevel: decideColorLevel({ flag: color, isTTY: outTTY, env }),
    errorColorLevel: decideColorLevel({ flag: color, isTTY: stderr.isTTY === true, env }),
    unicode: decideUnicode(env),
    // A terminal that does not tell its size (0 or nothing) gets the classic one.
    size: () => ({ width: stdout.columns || 80, height: stdout.rows || 24 }),
    print: (line) => void stdout.write(`${line}\n`),
    say: (line) => void stderr.write(`${line}\n`),
    write: async (bytes) => {
      if (!stdout.write(bytes)) await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]);
    },
    onResize: (listener) => {
      stdout.on('resize', listener);
      return () => void stdout.off('resize', listener);
    },
    readKeys: (listener) => readKeys(stdin, listener),
    onEnd,
  };
}

function readKeys(stdin: InputStream, listener: (key: Key) => void): () => void {
  const onKey = (text: string | undefined, key: { name?: string; ctrl?: boolean; sequence?: string }) => {
    // A shifted letter has a lower-case name; the character typed is what counts.
    const typed = text !== undefined && /^[^\p{Cc}]$/u.test(text) ? text : undefined;
    listener({ name: typed ?? key.name ?? key.sequence ?? '', ctrl: key.ctrl === true });
  };
  emitKeypressEvents(stdin);
  stdin.setRawMode?.(true);
  stdin.on('keypress', onKey);
  stdin.resume();
  return () => {
    stdin.off('keypress', onKey);
    stdin.setRawMode?.(false);
    stdin.pause();
  };
}

const ENDING_SIGNALS = ['SIGTERM', 'SIGHUP'] as const;

function onEnd(cleanUp: () => void): () => void {
  const forget = () => {
    process.off('exit', cleanUp);
    for (const signal of ENDING_SIGNALS) process.off(signal, onSignal);
  };
  const onSignal = (signal: NodeJS.Signals) => {
    cleanUp();
    forget();
    process.kill(process.pid, signal);
  };
  process.once('exit', cleanUp);
  for (const signal of ENDING_SIGNALS) process.once(signal, onSignal);
  return forget;
}
