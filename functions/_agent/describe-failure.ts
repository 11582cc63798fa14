import type { AgentTypePlugin, StepPlan } from '#lib/agent-types/agent-type.js';
import type { Ending } from '#lib/redis/attempts.js';
import { classifyExit } from './steps/classify-exit.js';
import type { StepExit } from './steps/run-step.js';

/** How the job ends after a step; null when the step succeeded and the next may run. */
export function describeFailure({
  step,
  exit,
  tail,
  plugin,
  jobTimedOut,
}: {
  step: StepPlan;
  exit: StepExit;
  /** End of the step's output. */
  tail: string;
  plugin: AgentTypePlugin;
  jobTimedOut: boolean;
}): Omit<Ending, 'result'> | null {
  const { exitCode, outcome } = exit;
  if (outcome === 'cancelled') return { state: 'cancelled', cause: 'user', reason: 'cancelled by a user', exitCode };
  const cause = classifyExit(exit, tail);
  switch (cause) {
    case null:
      return null;
    case 'timeout': {
      const limit = jobTimedOut ? 'the time of the job was up' : `its time of ${(step.timeoutMs ?? 0) / 1000} s was up`;
      return { state: 'failed', cause, reason: `${step.name}: ${limit}`, exitCode };
    }
    case 'memory':
      return { state: 'failed', cause, reason: `${step.name}: out of memory`, exitCode };
    case 'exit': {
      const old = plugin.explainFailure(tail);
      if (old) return { state: 'failed', cause: 'toolchain', reason: `needs ${old.needed}: ${old.why}`, exitCode };
      return { state: 'failed', cause, reason: `${step.name}: exit code ${exitCode}`, exitCode };
    }
  }
}
