import { clearFamily, createKin, signalFamily, waitForFamily, watchFamily } from './family.js';
import type { Leader } from './leader.js';

// A killed process that stays longer waits for a device; waiting for it would not help.
const GONE_MS = 1000;

export interface StepEnd {
  readonly outcome: 'exited' | 'timeout' | 'cancelled';
  readonly exitCode: number;
  readonly peakMemoryBytes: number | null;
}

export interface Supervision {
  readonly timeoutMs: number | null;
  readonly graceMs: number;
  readonly signal: AbortSignal | undefined;
  readonly killSignal: AbortSignal | undefined;
  /** `RAIBID_ATTEMPT_ID=<job>.<attempt>` of the step's environment; '' when it has none. */
  readonly cookie: string;
  readonly onOutput: (chunk: Buffer) => void | Promise<void>;
  readonly now: () => number;
}

/** Lets a leader go, ends its step when it is time, and clears away what the step left behind. */
export async function superviseLeader(leader: Leader, options: Supervision): Promise<StepEnd> {
  const { timeoutMs, graceMs, signal, killSignal, cookie, now } = options;
  const kin = createKin(leader.pid);
  let started = false;
  let exited = false;
  let killed = false;
  let stopped: 'timeout' | 'cancelled' | null = null as 'timeout' | 'cancelled' | null; // set by callbacks
  let grace: NodeJS.Timeout | undefined;
  let failure: { readonly error: unknown } | null = null;

  function kill(): void {
    killed = true;
    signalFamily(leader.pid, kin, 'SIGKILL');
  }
  function terminate(): void {
    signalFamily(leader.pid, kin, 'SIGTERM');
    // A suspended process would not see it.
    signalFamily(leader.pid, kin, 'SIGCONT');
  }
  function stop(why: 'timeout' | 'cancelled'): void {
    if (exited || stopped !== null) return;
    stopped = why;
    grace = setTimeout(kill, graceMs);
    if (started) terminate();
  }
  const cancel = (): void => stop('cancelled');
  const cancelNow = (): void => {
    if (!exited) stopped ??= 'cancelled';
    kill();
  };

  const timeout = timeoutMs === null ? undefined : setTimeout(() => stop('timeout'), timeoutMs);
  signal?.addEventListener('abort', cancel);
  killSignal?.addEventListener('abort', cancelNow);
  const reading = leader.output.read(options.onOutput).catch((error: unknown) => {
    failure = { error };
    kill();
  });
  const family = watchFamily(leader.pid, kin);
  // Aborted while the leader was being started.
  if (signal?.aborted) cancel();
  if (killSignal?.aborted) cancelNow();

  if (stopped === null && failure === null) {
    await leader.go();
    started = true;
    // Stopped in between, when a signal would have been lost.
    if (stopped !== null) terminate();
  } else {
    kill();
  }
  const exitCode = await leader.exited;
  exited = true;
  if (stopped !== null) await waitForFamily(kin, leader.watcher, () => killed);

  clearTimeout(timeout);
  clearTimeout(grace);
  signal?.removeEventListener('abort', cancel);
  killSignal?.removeEventListener('abort', cancelNow);
  const deadline = now() + GONE_MS;
  await clearFamily(leader.pid, kin, cookie, () => now() > deadline);
  leader.release();
  leader.output.giveUp();
  await reading;
  const peakMemoryBytes = family.stop();
  if (failure !== null) throw (failure as { error: unknown }).error; // set by a callback, which the compiler can't see
  return { outcome: stopped ?? 'exited', exitCode, peakMemoryBytes };
}
