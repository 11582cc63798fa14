import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { RaibidError } from '#lib/errors.js';

export interface BoundProcessOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdio: StdioOptions;
}

/** The kernel tells only of deaths after setpriv has asked: a parent that died before is seen by this. */
const IF_PARENT_LIVES = '[ "$PPID" = "$0" ] && exec "$@"';

/**
 * Starts a program in a session of its own, which Ctrl-C in our terminal does not reach, and which the kernel kills when
 * this process is gone, SIGKILL included. The child's pid is the program's. Throws program-missing.
 */
export async function spawnBound(
  program: string,
  args: readonly string[],
  { env, stdio }: BoundProcessOptions,
): Promise<ChildProcess> {
  // setpriv becomes sh, and sh the program; setpriv is a part of util-linux, as flock is.
  const guard = ['sh', '-c', IF_PARENT_LIVES, String(process.pid)];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...guard, program, ...args], { env, stdio, detached: true });
  try {
    await once(child, 'spawn');
  } catch (cause) {
    throw new RaibidError('program-missing', 'setpriv is not installed.', { hint: 'Install util-linux.', cause });
  }
  return child;
}

export function isGone({ exitCode, signalCode }: Pick<ChildProcess, 'exitCode' | 'signalCode'>): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Waits for the end of a process, at most `ms`; false when it still runs. */
export async function waitForExit(child: ChildProcess, ms: number): Promise<boolean> {
  if (isGone(child)) return true;
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      child.off('exit', onExit);
      resolve(false);
    }, ms);
    const onExit = () => {
      clearTimeout(timer);
      resolve(true);
    };
    child.once('exit', onExit);
  });
}
