import type { ChildProcess } from 'node:child_process';
import { sendSignal } from '../../functions/_agent/stray/processes.js';
import { spawnBound, waitForExit } from './bound-process.js';

/** Small heaps: an agent mostly waits, and the build is not in its process. */
const NODE_FLAGS = ['--max-semi-space-size=1', '--max-old-space-size=256'];
/** How much of what a dying agent says is kept, in characters. */
const LAST_WORDS = 4096;

export interface AgentExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what it wrote to stderr. */
  readonly lastWords: string;
}

export interface AgentProcess {
  readonly pid: number;
  readonly exited: Promise<AgentExit>;
  /** Asks it to give its job back and leave. */
  askToLeave(): void;
  /** SIGKILL for it and its group. */
  kill(): void;
  waitForExit(ms: number): Promise<boolean>;
}

/** Starts an agent. It ends with us: the kernel kills it, and its stdin ends. `output` gets its log. */
export async function startAgent({
  program,
  env,
  output,
}: {
  readonly program: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly output: number;
}): Promise<AgentProcess> {
  const args = [...NODE_FLAGS, program];
  const child = await spawnBound(process.execPath, args, { env, stdio: ['pipe', output, 'pipe'] });
  // It may be gone at any moment; its exit says so.
  child.stdin?.on('error', () => undefined);
  const { pid } = child;
  if (pid === undefined) throw new Error('spawned without a pid');
  return {
    pid,
    exited: watchExit(child),
    askToLeave: () => void child.kill('SIGTERM'),
    kill: () => void sendSignal(-pid, 'SIGKILL'),
    waitForExit: (ms) => waitForExit(child, ms),
  };
}

function watchExit(child: ChildProcess): Promise<AgentExit> {
  let lastWords = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-LAST_WORDS);
  });
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      // What is still in the pipe is read before this runs; whoever inherited the pipe is not waited for.
      setImmediate(() => {
        child.stdin?.destroy();
        child.stderr?.destroy();
        resolve({ code, signal, lastWords: lastWords.trim() });
      });
    });
  });
}
