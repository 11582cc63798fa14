import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants, getPriority, setPriority } from 'node:os';
import { join } from 'node:path';
import { RaibidError } from '#lib/errors.js';
import { LEADER } from './leader-script.js';
import { listLeakedDescriptors } from './leaked-descriptors.js';
import { type OutputPipe, openOutputPipe } from './output-pipe.js';

const NICENESS = 10;
// The kernel, short of memory, shall take the build and not the agent.
const OOM_SCORE_ADJUSTMENT = '500';

export interface Leader {
  /** Process id, group and session of the step. */
  readonly pid: number;
  /** Process id of the watcher, which is in the same group. */
  readonly watcher: number;
  /** What the step will write to stdout and stderr. */
  readonly output: OutputPipe;
  /** Starts the step's command; resolves when signals reach it, or it is over already. */
  go(): Promise<void>;
  /** The leader's exit code, 128 + n when signal n took it. */
  readonly exited: Promise<number>;
  /** Lets go of the death pipe, on which the watcher kills whoever is left. */
  release(): void;
}

/** Starts the leader, which then waits for `go`. Rejects with the error of spawn, e.g. E2BIG. */
export async function startLeader(options: {
  readonly argv: readonly string[];
  readonly directory: string;
  /** Where the pipe for the output is made. */
  readonly scratch: string;
  readonly env: Readonly<Record<string, string>>;
  /** Descriptor of the workspace's lock. */
  readonly lock: number | null;
}): Promise<Leader> {
  const directory = mkdtempSync(join(options.scratch, 'step-'));
  const path = join(directory, 'output');
  const nothing = openSync('/dev/null', 'r+');
  try {
    const child = spawn('/bin/sh', ['-c', LEADER, 'leader', path, ...options.argv], {
      cwd: options.directory,
      env: options.env,
      detached: true,
      stdio: listDescriptors(options.lock, nothing),
    });
    const exited = once(child, 'exit').then(([code, signal]: unknown[]) =>
      typeof code === 'number' ? code : 128 + numberOfSignal(signal),
    );
    return await setUp(child, exited, path);
  } finally {
    closeSync(nothing);
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The lock is LOCK_DESCRIPTOR. Node cannot close what it was born with, but it can put something harmless in its place. */
function listDescriptors(lock: number | null, nothing: number): (number | 'pipe' | 'ignore')[] {
  const leaked = listLeakedDescriptors();
  const stdio: (number | 'pipe' | 'ignore')[] = ['pipe', 'ignore', 'ignore', 'pipe', lock ?? 'ignore'];
  for (let descriptor = stdio.length; descriptor <= Math.max(-1, ...leaked); descriptor += 1) {
    stdio[descriptor] = leaked.includes(descriptor) ? nothing : 'ignore';
  }
  return stdio;
}

async function setUp(child: ChildProcess, exited: Promise<number>, path: string): Promise<Leader> {
  const { pid, stdin } = child;
  const death = child.stdio[3];
  // Rejects when there is no process, with the reason.
  if (pid === undefined) await exited;
  if (pid === undefined || stdin === null || !(death instanceof Socket)) throw new Error('spawned without its pipes');
  // Whoever holds the other ends may be killed at any moment.
  stdin.on('error', () => undefined);
  death.on('error', () => undefined);
  const word = new Promise<number>((resolve) => death.once('data', (data) => resolve(Number(data))));
  const watcher = await Promise.race([word, exited.then(() => null)]);
  if (watcher === null) {
    throw new RaibidError('internal', `a step's leader ended with ${await exited} before it could start the step`);
  }
  return {
    pid,
    watcher,
    output: openOutputPipe(path),
    async go() {
      humble(pid);
      const started = new Promise<void>((resolve) => death.once('data', () => resolve()));
      stdin.end('go\n');
      await Promise.race([started, exited]);
    },
    exited,
    release: () => death.destroy(),
  };
}

/** Makes the leader, and with it the step, step back behind the agent for the processor and for memory. */
function humble(pid: number): void {
  try {
    setPriority(pid, Math.min(getPriority() + NICENESS, 19));
    writeFileSync(`/proc/${pid}/oom_score_adj`, OOM_SCORE_ADJUSTMENT);
  } catch {
    // Not every system has it, and a step that is killed already needs it no more.
  }
}

function numberOfSignal(signal: unknown): number {
  return Object.entries(constants.signals).find(([name]) => name === signal)?.[1] ?? 0;
}
