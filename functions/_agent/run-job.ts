import type { Logger } from 'pino';
import type { AgentTypePlugin } from '#lib/agent-types/agent-type.js';
import { messageOf } from '#lib/errors.js';
import { checkOut } from '#lib/git/checkout.js';
import type { JobResult } from '#lib/core/job.js';
import type { Mirrors } from '#lib/mirrors/mirrors.js';
import type { Claim, Ending } from '#lib/redis/attempts.js';
import type { LogShipper } from './log/log-shipper.js';
import { type Project, readProject } from './read-project.js';
import { readVersion } from './read-version.js';
import { runSteps } from './run-steps.js';
import type { AgentSettings } from './settings.js';
import type { Workspace } from './workspace.js';

/** The longest that a job whose steps need no version waits for it at its end, in milliseconds. */
const VERSION_TIMEOUT_MS = 30_000;

export interface JobRun {
  readonly claim: Claim;
  readonly plugin: AgentTypePlugin;
  readonly settings: AgentSettings;
  readonly mirrors: Pick<Mirrors, 'url'>;
  readonly workspace: Workspace;
  readonly shipper: LogShipper;
  readonly cancelled: AbortSignal;
  readonly killed: AbortSignal;
  readonly now: () => number;
  readonly log: Logger;
}

/** Checks a job out and runs its steps. Never rejects: whatever goes wrong is how the job ends. */
export async function runJob(run: JobRun): Promise<Ending> {
  const { claim, plugin, workspace, shipper } = run;
  const { job } = claim;
  try {
    await checkOut({ source: await run.mirrors.url(job.repo), sha: job.sha, directory: workspace.source });
    const project = await readProject(workspace.source, plugin);
    if (!project.ok) {
      for (const problem of project.problems) shipper.write(0, Buffer.from(`raibid: ${problem}\n`));
      return failed('config', project.problems[0] ?? '.raibid.yml is not valid');
    }
    return await runProject(run, project);
  } catch (error) {
    run.log.error({ err: error, job: job.id }, 'job errored');
    shipper.write(0, Buffer.from(`raibid: ${messageOf(error)}\n`));
    const full = error instanceof Error && /ENOSPC|EDQUOT|No space left|Disk quota/.test(error.message);
    const cause = full ? 'disk' : 'checkout';
    return { state: 'errored', cause, reason: messageOf(error).slice(0, 300), exitCode: null, result: null };
  }
}

async function runProject(run: JobRun, project: Extract<Project, { ok: true }>): Promise<Ending> {
  const { claim, plugin, settings, workspace, shipper } = run;
  const { job } = claim;
  const { cargoHome, buildJobs, env } = settings;
  const tools = plugin.environment({ cargoHome, buildJobs, env });
  const base = {
    path: env['PATH'] ?? '',
    home: workspace.home,
    homeId: settings.homeId,
    job,
    plugin: tools,
    pipeline: project.pipeline.env,
    asked: job.env,
  };
  // Steps of one's own may bring their toolchain; the defaults need the one that is here, and wait for rustup to fetch it.
  const isOwn = project.pipeline.steps !== undefined;
  const stopped = AbortSignal.any([run.cancelled, run.killed]);
  const version = readVersion({
    command: plugin.versionCommand,
    directory: workspace.source,
    env: { ...tools, PATH: base.path, HOME: workspace.home, RAIBID_AGENT_ID: settings.id },
    timeoutMs: isOwn ? VERSION_TIMEOUT_MS : job.timeoutMs,
    signal: stopped,
    // rustup says here what it fetches, and why it can't.
    onWords: (words) => (isOwn ? undefined : shipper.write(0, words)),
  });
  const verdict = isOwn ? { ok: true as const } : plugin.checkToolchain(project.files, await version);
  if (!verdict.ok && !stopped.aborted) {
    const reason = `needs ${verdict.needed}: ${verdict.why}`;
    shipper.write(0, Buffer.from(`raibid: ${reason}\n`));
    return failed('toolchain', reason);
  }
  const { ending, steps, tests } = await runSteps({ ...run, job, steps: project.steps, env: base });
  const result: JobResult = { steps, tests, toolchain: (await version) ?? '' };
  return { ...ending, result };
}

function failed(cause: 'config' | 'toolchain', reason: string): Ending {
  return { state: 'failed', cause, reason, exitCode: null, result: null };
}
