import { execa } from 'execa';
import { sendSignal } from './stray/processes.js';

export interface VersionCall {
  readonly command: readonly [string, ...string[]];
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  /** Time to allow for: rustup fetches the project's toolchain at its first call. */
  readonly timeoutMs: number;
  /** Ends the call; its answer then is null. */
  readonly signal: AbortSignal;
  /** Gets what the call said on stderr, when it is over. */
  readonly onWords: (words: Buffer) => void;
}

/** First line of a toolchain's version; null when it can't run. */
export async function readVersion(call: VersionCall): Promise<string | null> {
  const { command, directory, env, timeoutMs, signal, onWords } = call;
  const [program, ...args] = command;
  const running = execa(program, args, {
    cwd: directory,
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    // A group of its own, so that what it started ends with it.
    detached: true,
    cleanup: false,
  });
  const kill = () => void (running.pid !== undefined && sendSignal(-running.pid, 'SIGKILL'));
  const late = setTimeout(kill, timeoutMs);
  signal.addEventListener('abort', kill, { once: true });
  if (signal.aborted) kill();
  const { exitCode, stdout, stderr } = await running;
  clearTimeout(late);
  signal.removeEventListener('abort', kill);
  if (stderr !== '') onWords(Buffer.from(`${stderr}\n`));
  return exitCode === 0 ? (stdout.split('\n')[0] ?? null) : null;
}
