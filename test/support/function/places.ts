import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FunctionBuild } from '../build-context.js';
import { realTools } from '../real-tools.js';
import { buildFunction } from './build-function.js';
import { buildImage, startContainer } from './run-container.js';
import { type RunningFunction, startAlone, startBehindWatchdog } from './run-function.js';
import '../name-missing-tools.js';

export interface StartChoice {
  readonly env?: Readonly<Record<string, string>>;
  /** Folder with the secrets' files. */
  readonly secrets?: string;
  /** The function's /tmp; a new one by default. A container has its own. */
  readonly tmp?: string;
}

export interface Wanted {
  readonly name: string;
  readonly build: FunctionBuild;
  /** Debian packages that it needs beside node. */
  readonly packages?: readonly string[];
  /** Scratch directory. */
  readonly directory: string;
}

export interface BuiltFunction {
  /** Starts one more, and does not wait for it. */
  start(choice?: StartChoice): Promise<RunningFunction>;
  /** Ends all that were started. */
  killAll(): Promise<void>;
}

/** Where a built function can run on this machine. */
export interface FunctionPlace {
  readonly name: string;
  /** Whether of-watchdog stands in front of it. */
  readonly watchdog: boolean;
  /** Whether it is an image: slow to build, and its files are its own. */
  readonly image: boolean;
  build(wanted: Wanted): Promise<BuiltFunction>;
}

const alone: FunctionPlace = {
  name: 'node alone',
  watchdog: false,
  image: false,
  build: (wanted) => buildHere(wanted, startAlone),
};

const behindWatchdog: FunctionPlace = {
  name: 'behind of-watchdog',
  watchdog: true,
  image: false,
  build: (wanted) => buildHere(wanted, startBehindWatchdog),
};

const inContainer = (user: number): FunctionPlace => ({
  name: `in a container, as user ${user}`,
  watchdog: true,
  image: true,
  async build({ name, build, packages, directory }) {
    const image = await buildImage(directory, name, build, packages);
    return keep(({ env = {}, secrets }) => {
      const mounts = secrets === undefined ? [] : [`${secrets}:/var/openfaas/secrets:ro`];
      return startContainer(image, { user, env, mounts });
    });
  },
});

export const PLACES: readonly FunctionPlace[] = [
  alone,
  ...(realTools.watchdog === null ? [] : [behindWatchdog]),
  ...(realTools.docker === null ? [] : [inContainer(1000), inContainer(54_321)]),
];

async function buildHere({ name, build, directory }: Wanted, start: typeof startAlone): Promise<BuiltFunction> {
  const context = join(directory, name);
  await buildFunction(context, build, { check: false });
  return keep(async ({ env = {}, secrets, tmp = join(directory, randomUUID()) }) => {
    await mkdir(tmp, { recursive: true });
    return start({ context, tmp, env: { ...env, ...(secrets !== undefined && { RAIBID_SECRETS_DIR: secrets }) } });
  });
}

function keep(start: (choice: StartChoice) => Promise<RunningFunction>): BuiltFunction {
  const started: RunningFunction[] = [];
  return {
    async start(choice = {}) {
      const running = await start(choice);
      started.push(running);
      return running;
    },
    async killAll() {
      await Promise.all(started.splice(0).map((running) => running.kill()));
    },
  };
}
