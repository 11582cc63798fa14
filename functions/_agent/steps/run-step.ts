import type { StepPlan } from '#lib/agent-types/agent-type.js';
import { startLeader } from './leader.js';
import { readOomKills } from './oom-kills.js';
import { type StepEnd, superviseLeader } from './supervise-leader.js';
import type { WorkspaceLock } from './workspace-lock.js';

export interface StepOptions {
  readonly step: Pick<StepPlan, 'command' | 'timeoutMs'>;
  readonly directory: string;
  /** For files of ours that must not be the step's; it goes with the workspace. */
  readonly scratch: string;
  /** The step's whole environment (`buildStepEnv`). Its RAIBID_ATTEMPT_ID also finds processes that got away. */
  readonly env: Readonly<Record<string, string>>;
  /** A lock that the caller holds and the step inherits. */
  readonly lock?: WorkspaceLock;
  /** Gets stdout and stderr, every byte in order; the next chunk waits for the promise, and so may the step. */
  readonly onOutput: (chunk: Buffer) => void | Promise<void>;
  /** Milliseconds between SIGTERM and SIGKILL, on timeout and on cancel. */
  readonly graceMs?: number;
  /** Cancels: SIGTERM, then SIGKILL. */
  readonly signal?: AbortSignal | undefined;
  /** Cancels with SIGKILL at once, for an agent that lost its job. */
  readonly killSignal?: AbortSignal | undefined;
  readonly now?: () => number;
}

export interface StepExit {
  readonly outcome: 'exited' | 'timeout' | 'cancelled';
  /** As sh has it: 128 + n when signal n ended the step, 126 and 127 when it could not be started. */
  readonly exitCode: number;
  readonly durationMs: number;
  /** Of the largest process, in bytes; null where it was not seen. */
  readonly peakMemoryBytes: number | null;
  /** Number of the signal that ended the step; null when it exited, as far as sh can tell the two apart. */
  readonly killedBySignal: number | null;
  /** Processes that the kernel killed meanwhile for want of memory (`readOomKills`). */
  readonly oomKills: number;
}

const GRACE_MS = 5000;
const LAST_SIGNAL = 64;
const NOT_EXECUTABLE = 126;
// As if SIGTERM had come at once.
const NEVER_STARTED = 143;

/**
 * Runs one step in a session of its own and returns when nothing of it is left: neither background processes nor those
 * that left the session. Nothing outlives this process either, not even its SIGKILL. Rejects with what `onOutput` threw,
 * after the step was killed, or when the step could not be started for a reason that is ours.
 */
export async function runStep(options: StepOptions): Promise<StepExit> {
  const { step, signal, killSignal, onOutput, graceMs = GRACE_MS, now = Date.now } = options;
  const startedAt = now();
  const oomKillsBefore = readOomKills() ?? 0;
  const describe = (end: StepEnd): StepExit => ({
    outcome: end.outcome,
    exitCode: end.exitCode,
    durationMs: now() - startedAt,
    peakMemoryBytes: end.peakMemoryBytes,
    killedBySignal: end.exitCode > 128 && end.exitCode <= 128 + LAST_SIGNAL ? end.exitCode - 128 : null,
    oomKills: Math.max(0, (readOomKills() ?? 0) - oomKillsBefore),
  });
  if (signal?.aborted || killSignal?.aborted) {
    return describe({ outcome: 'cancelled', exitCode: NEVER_STARTED, peakMemoryBytes: null });
  }
  try {
    const leader = await startLeader({
      argv: listArguments(step.command),
      directory: options.directory,
      scratch: options.scratch,
      env: options.env,
      lock: options.lock?.descriptor ?? null,
    });
    const attempt = options.env.RAIBID_ATTEMPT_ID ?? '';
    const cookie = attempt === '' ? '' : `RAIBID_ATTEMPT_ID=${attempt}`;
    return describe(
      await superviseLeader(leader, { timeoutMs: step.timeoutMs, graceMs, signal, killSignal, cookie, onOutput, now }),
    );
  } catch (error) {
    if (!isTooLong(error)) throw error;
    await onOutput(Buffer.from('the command and its environment are longer than the system allows\n'));
    return describe({ outcome: 'exited', exitCode: NOT_EXECUTABLE, peakMemoryBytes: null });
  }
}

function listArguments(command: StepPlan['command']): readonly string[] {
  return 'argv' in command ? command.argv : ['sh', '-e', '-c', command.shell];
}

function isTooLong(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'E2BIG';
}
