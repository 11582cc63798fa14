import type { Cause } from '#lib/core/job.js';
import type { StepExit } from './run-step.js';

const SIGKILL = 9;

/**
 * Why a step failed; null when it succeeded or was cancelled. `tail` is the end of its output: tools such as cargo
 * survive a compiler that the kernel killed, and say so.
 */
export function classifyExit(
  exit: Pick<StepExit, 'outcome' | 'exitCode' | 'killedBySignal' | 'oomKills'>,
  tail = '',
): Extract<Cause, 'exit' | 'timeout' | 'memory'> | null {
  switch (exit.outcome) {
    case 'cancelled':
      return null;
    case 'timeout':
      return 'timeout';
    case 'exited': {
      if (exit.exitCode === 0) return null;
      const killed = exit.killedBySignal === SIGKILL || /signal: 9\b|\bSIGKILL\b|^Killed$/m.test(tail);
      // The count may be the whole machine's, so a kill elsewhere alone proves nothing.
      return killed && exit.oomKills > 0 ? 'memory' : 'exit';
    }
  }
}
