import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import type { Upstream } from '../../support/git-upstream.js';
import { waitUntil } from '../../support/wait-until.js';
import type { Bench } from '../bench.js';
import { median, percentile } from '../harness/percentile.js';
import { type BenchPlatform, withPlatform } from '../harness/platform.js';
import { deliver } from '../harness/push.js';
import { readStepTime } from '../harness/step-file.js';
import { makeFiles, withUpstream } from '../harness/upstream.js';
import { withDirectory } from '../harness/with-directory.js';
import { atMost, plain, type Row } from '../row.js';

const REPO = 'ada/tally';
const FILES = 200;
/** Idle time before each push, so that the clean-up of the job before is over. */
const QUIET_MS = 300;

/** Webhook to the moment at which the first step's command runs, with an agent that waits and with one to be spawned. */
export async function startStep({ times }: Bench): Promise<Row[]> {
  const waiting = times(30, 3);
  const spawned = times(12, 2);
  return withDirectory((directory) =>
    withUpstream({ step: `date +%s%N > ${directory}/$RAIBID_SHA`, files: makeFiles(FILES) }, async (upstream) => {
      const hot = await withPlatform({ warm: 1 }, (platform) =>
        measure({
          platform,
          upstream,
          directory,
          count: waiting,
          isReady: async () => void (await platform.waitForIdleAgent()),
        }),
      );
      const cold = await withPlatform({ warm: 0 }, (platform) =>
        measure({ platform, upstream, directory, count: spawned, isReady: () => waitForNoAgent(platform) }),
      );
      const byHand = await checkOutByHand(upstream, directory, times(10, 2));
      const node = await startNode(times(10, 2));
      const what = 'webhook to first step';
      return [
        atMost(200, {
          name: `${what}, agent waiting, p50`,
          value: median(hot.map(({ all }) => all)),
          unit: 'ms',
          reference: { name: 'git init, fetch, checkout by hand', value: byHand, unit: 'ms' },
        }),
        plain({ name: `${what}: until its job is made, p50`, value: median(hot.map(({ made }) => made)), unit: 'ms' }),
        plain({
          name: `${what}: from claim to step, p50`,
          value: median(hot.map(({ claimed }) => claimed)),
          unit: 'ms',
        }),
        plain({
          name: `${what}, agent waiting, p99`,
          value: percentile(
            hot.map(({ all }) => all),
            99,
          ),
          unit: 'ms',
        }),
        atMost(700, {
          name: `${what}, agent to be spawned, p50`,
          value: median(cold.map(({ all }) => all)),
          unit: 'ms',
          reference: { name: 'the same by hand, and node started once', value: byHand + node, unit: 'ms' },
        }),
        plain({
          name: `${what}, agent to be spawned, p99`,
          value: percentile(
            cold.map(({ all }) => all),
            99,
          ),
          unit: 'ms',
        }),
      ];
    }),
  );
}

interface Run {
  readonly platform: BenchPlatform;
  readonly upstream: Upstream;
  readonly directory: string;
  readonly count: number;
  readonly isReady: () => Promise<void>;
}

interface Start {
  readonly all: number;
  /** From the webhook to the job. */
  readonly made: number;
  /** From the claim to the step. */
  readonly claimed: number;
}

async function measure({ platform, upstream, directory, count, isReady }: Run): Promise<Start[]> {
  await platform.addMirror(REPO, upstream.path);
  const times: Start[] = [];
  // The first is not counted: it finds cold caches.
  for (let n = 0; n <= count; n += 1) {
    const sha = await upstream.commit({ 'src/part0/file0.rs': `// change ${n} of ${platform.pid}\n` });
    await isReady();
    await delay(QUIET_MS);
    const sentAt = await deliver(platform, { repo: REPO, sha });
    const steppedAt = await readStepTime(join(directory, sha));
    const { createdAt, startedAt } = await platform.waitForJob(sha, ['succeeded']);
    const start = { all: steppedAt - sentAt, made: createdAt - sentAt, claimed: steppedAt - (startedAt ?? steppedAt) };
    if (n > 0) times.push(start);
  }
  return times;
}

async function waitForNoAgent({ listAgents }: BenchPlatform): Promise<void> {
  await waitUntil(async () => (await listAgents()).length === 0, {
    what: 'no agent is left',
    everyMs: 50,
    deadlineMs: 60_000,
  });
}

/** A fetch and a checkout as short as git's own commands make them. */
async function checkOutByHand(upstream: Upstream, directory: string, count: number): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const tree = join(directory, `tree${n}`);
    const startedAt = performance.now();
    await execa('git', ['init', '--quiet', tree]);
    await execa('git', ['fetch', '--quiet', upstream.path, 'main'], { cwd: tree });
    await execa('git', ['checkout', '--quiet', 'FETCH_HEAD'], { cwd: tree });
    times.push(performance.now() - startedAt);
  }
  return median(times);
}

async function startNode(count: number): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const startedAt = performance.now();
    await once(spawn(process.execPath, ['--eval', '0'], { stdio: 'ignore' }), 'exit');
    times.push(performance.now() - startedAt);
  }
  return median(times);
}
