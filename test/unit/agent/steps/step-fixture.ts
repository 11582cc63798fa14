import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { runStep, type StepExit, type StepOptions } from '../../../../functions/_agent/steps/run-step.js';
import { readProcess } from '../../../../functions/_agent/stray/processes.js';

/** A directory of its own, removed by `remove`. */
export async function makeDirectory(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'raibid-test-step-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

export interface Ran extends StepExit {
  readonly output: Buffer;
  readonly text: string;
}

/** Runs a shell line, or an argument list, as a step and collects its output. */
export async function run(
  command: string | readonly [string, ...string[]],
  options: Partial<StepOptions> & { timeoutMs?: number } = {},
): Promise<Ran> {
  const chunks: Buffer[] = [];
  const exit = await runStep({
    step: {
      command: typeof command === 'string' ? { shell: command } : { argv: command },
      timeoutMs: options.timeoutMs ?? null,
    },
    directory: tmpdir(),
    scratch: tmpdir(),
    env: stepEnv(),
    onOutput: (chunk) => void chunks.push(chunk),
    ...options,
  });
  const output = Buffer.concat(chunks);
  return { ...exit, output, text: output.toString('utf8') };
}

export function stepEnv(): Record<string, string> {
  return { PATH: process.env.PATH ?? '', RAIBID_ATTEMPT_ID: `${ulid()}.1` };
}

/** Whether a process lives; zombies do not. */
export function isAlive(pid: number): boolean {
  return readProcess(pid) !== null;
}

/** The process ids that a step printed as `pid <n>` lines. */
export function pidsIn(text: string): number[] {
  return [...text.matchAll(/^pid (\d+)$/gm)].map((match) => Number(match[1]));
}
