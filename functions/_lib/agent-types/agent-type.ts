import type { TestCounts } from '../core/job.js';

/** One command of a job: an argument list, or a line for `sh -e`. */
export interface StepPlan {
  readonly name: string;
  readonly command: { readonly argv: readonly [string, ...string[]] } | { readonly shell: string };
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds; null when only the job's timeout holds. */
  readonly timeoutMs: number | null;
}

/** What stands at the top of a commit's tree, as far as the agent type asked for it. */
export interface ProjectFiles {
  readonly names: ReadonlySet<string>;
  /** Contents of the files in `AgentTypePlugin.reads` that exist. */
  readonly contents: ReadonlyMap<string, string>;
}

export type ToolchainVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly needed: string; readonly why: string };

/** An agent type as a plug-in: pure decisions; the agent does the work. */
export interface AgentTypePlugin {
  readonly name: string;
  /** Names of files whose contents the decisions need. */
  readonly reads: readonly string[];
  detect(names: ReadonlySet<string>): boolean;
  /** The steps of a project without steps of its own. */
  steps(files: ProjectFiles): readonly StepPlan[];
  /** Command whose first line of output is the toolchain's version. */
  readonly versionCommand: readonly [string, ...string[]];
  /** Whether a toolchain of this version can build the project; `version` is the output of `versionCommand`, null when it could not run. */
  checkToolchain(files: ProjectFiles, version: string | null): ToolchainVerdict;
  /** What the end of a failed step's output says of a toolchain that is too old; null when nothing. */
  explainFailure(tail: string): { readonly needed: string; readonly why: string } | null;
  /** Adds up the tests that the output reports; one summariser reads the lines of one attempt. */
  summarise(): { readLine(line: string): void; counts(): TestCounts | null };
  /** Environment that the tools need beyond the clean one, e.g. CARGO_HOME. */
  environment(host: {
    readonly cargoHome: string;
    readonly buildJobs: number;
    readonly env: Readonly<Record<string, string | undefined>>;
  }): Record<string, string>;
}
