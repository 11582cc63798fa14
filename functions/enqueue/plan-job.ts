import { AGENT_TYPES, detectAgentType } from '#lib/agent-types/index.js';
import { matchesAny } from '#lib/core/glob.js';
import type { JobInputs } from '#lib/core/job.js';
import { isBranch, shortRef } from '#lib/core/names.js';
import { DEFAULT_PIPELINE, PIPELINE_FILE, readPipeline } from '#lib/core/pipeline.js';
import type { TopOfTree } from '#lib/mirrors/mirrors.js';

/** What there is to run for a commit, or why there is nothing. */
export type Plan =
  | { readonly kind: 'run'; readonly inputs: PlannedInputs }
  | { readonly kind: 'nothing'; readonly code: string; readonly reason: string };

export type PlannedInputs = Pick<
  JobInputs,
  'agentType' | 'priority' | 'group' | 'groupLimit' | 'timeoutMs' | 'retryOnLost'
>;

/**
 * Decides what to run. A broken .raibid.yml is run with the defaults: the agent reads the same file and ends the job as failed,
 * where people look for it.
 */
export function planJob({
  ref,
  message,
  tree,
  filtered,
}: {
  ref: string;
  message: string;
  tree: TopOfTree;
  /** Whether branch filters and `[skip ci]` hold: for pushes, not for people. */
  filtered: boolean;
}): Plan {
  if (filtered && /\[(?:skip ci|ci skip)\]/i.test(message)) {
    return { kind: 'nothing', code: 'skipped', reason: 'its message says [skip ci]' };
  }
  const file = tree.contents.get(PIPELINE_FILE);
  const reading = file === undefined ? null : readPipeline(file);
  const pipeline = reading?.ok ? reading.pipeline : DEFAULT_PIPELINE;
  if (filtered && isBranch(ref) && pipeline.branches && !matchesAny(pipeline.branches, shortRef(ref))) {
    const reason = `branch ${shortRef(ref)} is not in the branches of ${PIPELINE_FILE}`;
    return { kind: 'nothing', code: 'branch-filtered', reason };
  }
  const agentType = pipeline.agent ?? detectAgentType(tree.files) ?? (file === undefined ? null : AGENT_TYPES[0].name);
  if (agentType === null) {
    const reason = `it has neither ${PIPELINE_FILE} nor files that an agent type knows`;
    return { kind: 'nothing', code: 'nothing-to-run', reason };
  }
  const { priority, concurrency, timeout, retry } = pipeline;
  const group = { group: concurrency?.group ?? '', groupLimit: concurrency?.limit ?? 0 };
  return { kind: 'run', inputs: { agentType, priority, ...group, timeoutMs: timeout, retryOnLost: retry.onLost } };
}
