import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '../../support/wait-until.js';
import type { Bench } from '../bench.js';
import { percentile } from '../harness/percentile.js';
import { type BenchPlatform, withPlatform } from '../harness/platform.js';
import type { SignedPush } from '../../../cli/commands/demo/make-push.js';
import { makePush, sendPush } from '../harness/push.js';
import { commitBranches, withUpstream } from '../harness/upstream.js';
import { atMost, plain, type Row } from '../row.js';

const REPO = 'ada/flood';
const PER_SECOND = 200;
const BYTES = 10_000;

/** Webhook to 202: pushes of 10 kB to as many branches, sent on schedule whether earlier ones are answered or not. */
export async function answerWebhook({ times, say }: Bench): Promise<Row[]> {
  const count = times(10 * PER_SECOND, PER_SECOND);
  return withUpstream({ step: 'true' }, (upstream) =>
    withPlatform({}, async (platform) => {
      await platform.addMirror(REPO, upstream.path);
      await platform.control({ pause: true });
      const heads = await commitBranches(upstream, count, 'flood-');
      const pushes = [...heads].map(([branch, sha]) =>
        makePush({ repo: REPO, sha, branch, bytes: BYTES }, platform.webhookSecret),
      );
      // Not counted: they find cold code. No mirror is theirs.
      const warmUp = Array.from({ length: 50 }, () =>
        makePush({ repo: 'ada/other', sha: upstream.head() }, platform.webhookSecret),
      );
      await sendOnSchedule(platform, warmUp);
      const { latencies, refused } = await sendOnSchedule(platform, pushes);
      const sentAt = performance.now();
      say(`${count} pushes are sent; waiting for the job of each`);
      const lost = await countLost(platform, new Set(heads.values()));
      const seconds = (performance.now() - sentAt) / 1000;
      const what = `webhook to 202, 10 kB at ${PER_SECOND}/s`;
      return [
        plain({ name: `${what}, p50`, value: percentile(latencies, 50), unit: 'ms' }),
        atMost(25, { name: `${what}, p99`, value: percentile(latencies, 99), unit: 'ms' }),
        atMost(0, { name: `${what}, of ${count} not answered 202`, value: refused, unit: 'pushes' }),
        atMost(0, { name: `${what}, of ${count} without a job in the end`, value: lost, unit: 'pushes' }),
        plain({ name: `${what}, last push to the last job`, value: seconds, unit: 's' }),
      ];
    }),
  );
}

/** Sends each push at its time; a late answer delays nobody else, and counts from when the push was due. */
async function sendOnSchedule(platform: BenchPlatform, pushes: readonly SignedPush[]) {
  const agent = new Agent({ keepAlive: true });
  const latencies: number[] = [];
  const calls: Promise<void>[] = [];
  let refused = 0;
  const startedAt = performance.now();
  for (const [n, push] of pushes.entries()) {
    const due = startedAt + (n * 1000) / PER_SECOND;
    const early = due - performance.now();
    if (early > 0) await delay(early);
    calls.push(
      sendPush(platform.url, push, agent).then(
        (status) => {
          latencies.push(performance.now() - due);
          if (status !== 202) refused += 1;
        },
        () => {
          refused += 1;
        },
      ),
    );
  }
  await Promise.all(calls);
  agent.destroy();
  return { latencies, refused };
}

/** Waits until every commit has its job, or nothing more happens. */
async function countLost(platform: BenchPlatform, shas: ReadonlySet<string>): Promise<number> {
  let found = 0;
  let since = Date.now();
  await waitUntil(
    async () => {
      const jobs = await platform.listJobs();
      const now = new Set(jobs.map(({ sha }) => sha).filter((sha) => shas.has(sha))).size;
      if (now > found) since = Date.now();
      found = now;
      return found === shas.size || Date.now() - since > 90_000;
    },
    { what: 'every push has a job', everyMs: 2000, deadlineMs: 900_000 },
  );
  return shas.size - found;
}
