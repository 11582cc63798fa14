import { randomInt } from 'node:crypto';
import { findHome } from '../client/find-platform.js';
import { type Platform, type PlatformEvent, startPlatform } from '../local/platform.js';
import { hearStopRequests, type StopRequests } from '../local/stop-requests.js';
import type { Terminal } from '../ui/terminal.js';

export interface UpOptions {
  /** Default: RAIBID_HOME, else the XDG data directory. */
  readonly data?: string;
  readonly port: number;
  readonly maxAgents?: number;
  readonly warm: number;
}

/** Where `raibid up` listens when it is not told, as OpenFaaS' gateway does. */
export const DEFAULT_PORT = 8080;
/** How many agents `raibid up` keeps waiting when it is not told. */
export const DEFAULT_WARM = 1;

const INTERRUPTED = 130;

/** `raibid up`: runs the local platform until Ctrl-C and answers the exit code. A second Ctrl-C leaves at once. */
export async function runUp(options: UpOptions, terminal: Pick<Terminal, 'print' | 'say'>): Promise<number> {
  const { env } = process;
  const now = () => Date.now();
  const requests = hearStopRequests(now);
  try {
    const platform = await startPlatform({
      dataDirectory: findHome({ env, ...(options.data !== undefined && { data: options.data }) }),
      port: options.port,
      maxAgents: options.maxAgents ?? null,
      warm: options.warm,
      env,
      now,
      random: () => randomInt(2 ** 32) / 2 ** 32,
      onEvent: (event) => terminal.say(describeEvent(event)),
    });
    introduce(platform, options, terminal);
    await requests.first;
    return await stopUnlessAsked(platform, requests, terminal);
  } finally {
    requests.forget();
  }
}

async function stopUnlessAsked(
  platform: Platform,
  requests: StopRequests,
  { say }: Pick<Terminal, 'say'>,
): Promise<number> {
  const stopped = platform.stop().then(() => true);
  if (await Promise.race([stopped, requests.second.then(() => false)])) return 0;
  platform.stopNow();
  say('left at once; what was running is run again at the next start');
  return INTERRUPTED;
}

function introduce({ url, directory, slots }: Platform, { data }: UpOptions, { print }: Pick<Terminal, 'print'>): void {
  const where = data === undefined ? '' : `--data ${data} `;
  print(`raibid listens on ${url}`);
  print(`  data   ${directory.root}`);
  print(`  log    ${directory.platformLog}`);
  print(`  slots  ${slots} (jobs that may run at once)`);
  print(`Next, in another terminal: raibid ${where}mirror add <git URL or path> --name <owner>/<repo>`);
  print('Ctrl-C stops it.');
}

function describeEvent(event: PlatformEvent): string {
  switch (event.kind) {
    case 'stopping':
      if (event.agents === 0) return 'stopping';
      return `stopping: agents (${event.agents}) have ${event.deadlineMs / 1000} s to finish or give their jobs back; Ctrl-C again leaves now`;
    case 'redis-ended':
      return 'redis-server ended and is started again; nothing is lost';
    case 'log-failing':
      return `the log can't be written: ${event.problem}; free some space, the platform goes on`;
    case 'agents-failing': {
      const words = event.lastWords.split('\n').at(-1) ?? '';
      return `agents end as soon as they start, the next try is in ${event.waitMs / 1000} s: ${words}`;
    }
  }
}
