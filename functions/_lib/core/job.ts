import type { JobState } from './job-state.js';

/** Why a job exists. */
export const TRIGGERS = ['push', 'manual', 'retry'] as const;
export type Trigger = (typeof TRIGGERS)[number];

/**
 * Why a job ended as it did. `exit`, `timeout`, `memory`, `toolchain` and `config` are the code's fault (failed);
 * `lost`, `released`, `unclaimed`, `checkout` and `disk` are ours (errored); the rest cancel.
 */
export const CAUSES = [
  'exit',
  'timeout',
  'memory',
  'toolchain',
  'config',
  'lost',
  'released',
  'unclaimed',
  'checkout',
  'disk',
  'user',
  'superseded',
  'branch-deleted',
  'mirror-removed',
] as const;
export type Cause = (typeof CAUSES)[number];

export type CancelCause = Extract<Cause, 'user' | 'superseded' | 'branch-deleted' | 'mirror-removed'>;

/** The inputs of a job: set at creation, never changed. Times and durations are in milliseconds. */
export interface JobInputs {
  readonly id: string;
  readonly repo: string;
  readonly ref: string;
  readonly sha: string;
  readonly trigger: Trigger;
  readonly agentType: string;
  /** Place of the push among the pushes of its repository: the stream id of its first inbox entry; '' for other triggers. */
  readonly seq: string;
  /** -100 to 100, higher first. */
  readonly priority: number;
  /** Concurrency group within the repository; '' when the job is in none. */
  readonly group: string;
  /** How many jobs of the group may be ready or running at once; 0 without a group. */
  readonly groupLimit: number;
  readonly timeoutMs: number;
  /** False: a lost attempt ends the job as errored instead of running it again. */
  readonly retryOnLost: boolean;
  /** Extra environment of the steps. Shown by name only. */
  readonly env: Readonly<Record<string, string>>;
  /** The job this one repeats; '' for none. */
  readonly retryOf: string;
  readonly message: string;
}

export interface StepResult {
  readonly name: string;
  readonly exitCode: number;
  readonly durationMs: number;
  /** Peak resident memory of the step's largest process, in bytes; 0 where it is not known. */
  readonly peakMemoryBytes: number | null;
}

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly ignored: number;
}

/** What an attempt says of itself when it finishes. */
export interface JobResult {
  readonly steps: readonly StepResult[];
  readonly tests: TestCounts | null;
  /** Version of the toolchain that ran, e.g. `cargo 1.95.0`; '' when none was found. */
  readonly toolchain: string;
}

/** A job as its hash tells it. Times are Unix milliseconds by Redis' clock; null means not yet. */
export interface Job extends JobInputs {
  readonly state: JobState;
  readonly attempt: number;
  readonly lost: number;
  readonly released: number;
  /** The agent that holds or last held the job; '' before the first claim. */
  readonly agent: string;
  readonly cause: Cause | null;
  /** One sentence for people on how the job ended; null while it lives. */
  readonly reason: string | null;
  /** The job that superseded this one; '' for none. */
  readonly supersededBy: string;
  /** Set while a running job is being cancelled. */
  readonly cancelling: CancelCause | null;
  readonly exitCode: number | null;
  readonly result: JobResult | null;
  readonly createdAt: number;
  readonly readyAt: number | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** When a retried job may be admitted again; null when at once. */
  readonly dueAt: number | null;
}
