/** What the environment of a step is made of. */
export interface StepEnvInputs {
  /** The agent's own PATH. */
  readonly path: string;
  /** The step's HOME: a directory of its own, never the user's. */
  readonly home: string;
  /** Tells the platform that a process is of; '' for none. Finds strays of agents that died. */
  readonly homeId: string;
  readonly job: {
    readonly id: string;
    readonly attempt: number;
    readonly repo: string;
    readonly ref: string;
    readonly sha: string;
  };
  readonly plugin: Readonly<Record<string, string>>;
  readonly pipeline: Readonly<Record<string, string>>;
  readonly step: Readonly<Record<string, string>>;
  /** What the one who asked for the job added. */
  readonly asked: Readonly<Record<string, string>>;
}

/** The whole environment of a step. Later sources win over earlier ones; the names starting with RAIBID_ are ours. */
export function buildStepEnv(inputs: StepEnvInputs): Record<string, string> {
  const { job } = inputs;
  return {
    PATH: inputs.path,
    HOME: inputs.home,
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    CI: 'true',
    ...inputs.plugin,
    ...inputs.pipeline,
    ...inputs.step,
    ...inputs.asked,
    RAIBID: 'true',
    RAIBID_JOB_ID: job.id,
    RAIBID_ATTEMPT: String(job.attempt),
    RAIBID_ATTEMPT_ID: `${job.id}.${job.attempt}`,
    RAIBID_REPO: job.repo,
    RAIBID_REF: job.ref,
    RAIBID_SHA: job.sha,
    ...(inputs.homeId === '' ? {} : { RAIBID_HOME_ID: inputs.homeId }),
  };
}
