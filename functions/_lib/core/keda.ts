/**
 * KEDA's arithmetic for a ScaledJob on a stream's length, `streamLength: 1`, default strategy.
 * Source: kedacore/keda pkg/scaling/executor/scale_jobs.go and pkg/scaling/scaledjob/metrics.go (2.20).
 */
export interface ScaledJobState {
  /** XLEN of the ready stream: jobs waiting or running. */
  readonly queueLength: number;
  /** Agents that have been started and have not ended. */
  readonly running: number;
  /** Warm agents kept on top of the demand. */
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

/** How many agents to start now; never negative. */
export function countAgentsToStart({ queueLength, running, maxReplicas, ...state }: ScaledJobState): number {
  const minReplicas = Math.min(state.minReplicas, maxReplicas);
  if (running < minReplicas) return minReplicas - running;
  const maxScale = Math.min(queueLength, maxReplicas - minReplicas);
  const scaleTo = queueLength;
  return Math.max(0, Math.min(scaleTo, maxScale - (running - minReplicas)));
}
