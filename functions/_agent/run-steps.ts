import type { AgentTypePlugin, StepPlan } from '#lib/agent-types/agent-type.js';
import type { Job, StepResult, TestCounts } from '#lib/core/job.js';
import type { Ending } from '#lib/redis/attempts.js';
import type { LogShipper } from './log/log-shipper.js';
import { describeFailure } from './describe-failure.js';
import { buildStepEnv, type StepEnvInputs } from './steps/environment.js';
import { runStep } from './steps/run-step.js';
import type { Workspace } from './workspace.js';

/** How much of a failed step's output is searched for its cause, in bytes. */
const TAIL_MOST = 16 * 1024;
const NEWLINE = 0x0a;

export interface StepsRun {
  readonly job: Job;
  readonly plugin: AgentTypePlugin;
  readonly steps: readonly StepPlan[];
  readonly workspace: Workspace;
  readonly env: Omit<StepEnvInputs, 'step'>;
  readonly shipper: LogShipper;
  readonly cancelled: AbortSignal;
  /** Kills at once: the job is another attempt's now, or the agent has to go. */
  readonly killed: AbortSignal;
  readonly now: () => number;
}

export interface StepsOutcome {
  readonly ending: Omit<Ending, 'result'>;
  readonly steps: readonly StepResult[];
  readonly tests: TestCounts | null;
}

/** Runs the steps one after the other until one fails, is cancelled, or the job's time is up. */
export async function runSteps(run: StepsRun): Promise<StepsOutcome> {
  const { job, plugin, steps, workspace, shipper, now } = run;
  const deadline = now() + job.timeoutMs;
  const summary = plugin.summarise();
  const readTests = lineReader((line) => summary.readLine(line));
  const results: StepResult[] = [];

  let tail: Buffer = Buffer.alloc(0);
  for (const [index, step] of steps.entries()) {
    // A last line without an end is not ours to go on with.
    const start = tail.length > 0 && tail.at(-1) !== NEWLINE ? '\n' : '';
    shipper.write(index, Buffer.from(`${start}==> ${step.name}: ${describeCommand(step)}\n`));
    tail = Buffer.alloc(0);
    const left = Math.max(1, deadline - now());
    const exit = await runStep({
      step: { command: step.command, timeoutMs: Math.min(step.timeoutMs ?? left, left) },
      directory: workspace.source,
      scratch: workspace.directory,
      env: buildStepEnv({ ...run.env, step: step.env }),
      lock: workspace.lock,
      signal: run.cancelled,
      killSignal: run.killed,
      now,
      onOutput(chunk) {
        shipper.write(index, chunk);
        readTests(chunk);
        tail = keepTail(tail, chunk);
      },
    });
    const { exitCode, durationMs, peakMemoryBytes } = exit;
    results.push({ name: step.name, exitCode, durationMs, peakMemoryBytes });
    const failure = describeFailure({
      step,
      exit,
      tail: tail.toString('utf8'),
      plugin,
      jobTimedOut: now() >= deadline,
    });
    if (failure) return { ending: failure, steps: results, tests: summary.counts() };
  }
  const ending = { state: 'succeeded', cause: null, reason: null, exitCode: 0 } as const;
  return { ending, steps: results, tests: summary.counts() };
}

function describeCommand({ command }: StepPlan): string {
  if ('argv' in command) return command.argv.join(' ');
  const [first = '', ...more] = command.shell.trim().split('\n');
  return more.length === 0 ? first : `${first} …`;
}

function keepTail(tail: Buffer, chunk: Buffer): Buffer {
  if (chunk.length >= TAIL_MOST) return Buffer.from(chunk.subarray(-TAIL_MOST));
  return Buffer.concat([tail.subarray(Math.max(0, tail.length + chunk.length - TAIL_MOST)), chunk]);
}

/** Calls back with each whole line; a line that never ends is forgotten rather than kept. */
function lineReader(onLine: (line: string) => void): (chunk: Buffer) => void {
  let kept = '';
  return (chunk) => {
    const lines = (kept + chunk.toString('latin1')).split('\n');
    kept = (lines.pop() ?? '').slice(0, TAIL_MOST);
    for (const line of lines) onLine(line);
  };
}
