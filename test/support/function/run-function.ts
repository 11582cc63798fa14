import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { findFreePort } from '../free-port.js';
import { isTaken, realTools, WATCHDOG_METRICS_PORT } from '../real-tools.js';
import { waitUntil } from '../wait-until.js';
import { readRecipe } from './dockerfile.js';

export interface FunctionPlace {
  /** The built context: its Dockerfile says how the image starts. */
  readonly context: string;
  /** Scratch directory, the function's /tmp. */
  readonly tmp: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunningFunction {
  readonly url: string;
  /** What it wrote. */
  output(): string;
  isReady(): Promise<boolean>;
  /** Waits until it is ready; fails when it ends before. */
  ready(): Promise<RunningFunction>;
  terminate(): void;
  /** Resolves with the exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  kill(): Promise<void>;
}

export type StartFunction = (place: FunctionPlace) => Promise<RunningFunction>;

/** Node alone, with what the image has in its environment. */
export const startAlone: StartFunction = async ({ context, tmp, env = {} }) => {
  const recipe = await readRecipe(context);
  const port = await findFreePort();
  const [, ...args] = fillIn(recipe.env, context)['fprocess']?.split(' ') ?? [];
  const child = spawn(process.execPath, args, {
    env: { ...plainEnv(), ...recipe.env, upstream_url: `http://127.0.0.1:${port}`, TMPDIR: tmp, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return follow(child, { url: `http://127.0.0.1:${port}`, isReady: () => exists(join(tmp, '.lock')) });
};

/** Of-watchdog in front of it, started by the image's own command. */
export const startBehindWatchdog: StartFunction = async ({ context, tmp, env = {} }) => {
  await waitForMetricsPort();
  const { env: imageEnv, command } = await readRecipe(context);
  const [program, ...args] = command;
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    program,
    args.map((arg) => arg.replaceAll('fwatchdog', realTools.watchdog ?? '')),
    {
      env: {
        ...plainEnv(),
        ...fillIn(imageEnv, context),
        PATH: `${join(process.execPath, '..')}:${process.env['PATH'] ?? ''}`,
        upstream_url: `http://127.0.0.1:${await findFreePort()}`,
        port: String(port),
        TMPDIR: tmp,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  return follow(child, { url, isReady: () => isHealthy(url) });
};

/** Of-watchdog's port for metrics is fixed: only one can run, of whoever. */
export async function waitForMetricsPort(): Promise<void> {
  await waitUntil(() => !isTaken(WATCHDOG_METRICS_PORT), {
    what: 'port 8081 is free',
    deadlineMs: 60_000,
    everyMs: 50,
  });
}

export async function isHealthy(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/_/health`).catch(() => null);
  await answer?.body?.cancel();
  return answer?.status === 200;
}

interface Followed {
  readonly url: string;
  readonly isReady: () => Promise<boolean>;
  /** Ends it whatever it does; SIGKILL by default. */
  readonly endIt?: () => unknown;
}

/** Keeps an eye on a started process. */
export function follow(child: ChildProcess, { url, isReady, endIt }: Followed): RunningFunction {
  let words = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (words += text));
  let ended = false;
  const exited = once(child, 'close').then(([code]: (number | null)[]) => {
    ended = true;
    return code ?? null;
  });
  const running: RunningFunction = {
    url,
    output: () => words,
    isReady,
    async ready() {
      await waitUntil(
        async () => {
          if (ended) throw new Error(`it ended: ${words}`);
          return isReady();
        },
        { what: 'the function is ready' },
      );
      return running;
    },
    terminate: () => void child.kill('SIGTERM'),
    exited,
    async kill() {
      if (!ended) await (endIt ? endIt() : child.kill('SIGKILL'));
      await exited;
    },
  };
  return running;
}

/** Settings of the test's own process must not reach a function. */
function plainEnv(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/' };
}

function fillIn(env: Readonly<Record<string, string>>, context: string): Record<string, string> {
  const inPlace = (value: string) => value.replaceAll('/home/app', join(context, 'out'));
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, inPlace(value)]));
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
