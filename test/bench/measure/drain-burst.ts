import { waitUntil } from '../../support/wait-until.js';
import type { Bench } from '../bench.js';
import { median } from '../harness/percentile.js';
import { type BenchPlatform, withPlatform } from '../harness/platform.js';
import { deliver } from '../harness/push.js';
import { commitBranches, withUpstream } from '../harness/upstream.js';
import { atMost, plain, type Row } from '../row.js';

const REPO = 'ada/burst';
const PUSHES = 20;

/** 20 pushes to 20 branches at once, two slots, a step of one line: from the last push to the end of the last job. */
export async function drainBurst({ times }: Bench): Promise<Row[]> {
  const rounds = times(7, 2);
  return withUpstream({ step: 'echo hello' }, (upstream) =>
    withPlatform({ maxAgents: 2 }, async (platform) => {
      await platform.addMirror(REPO, upstream.path);
      const seconds: number[] = [];
      let lost = 0;
      for (let round = 0; round <= rounds; round += 1) {
        const heads = await commitBranches(upstream, PUSHES, `round${round}-`);
        const burst = await push(platform, heads);
        lost += burst.lost;
        // The first finds no second agent and cold caches.
        if (round > 0) seconds.push(burst.seconds);
      }
      const what = `${PUSHES} pushes at once, 2 slots: last push to all done`;
      return [
        atMost(2, { name: `${what}, median of ${rounds}`, value: median(seconds), unit: 's' }),
        plain({ name: `${what}, longest`, value: Math.max(...seconds), unit: 's' }),
        atMost(0, {
          name: `${PUSHES} pushes at once: of ${PUSHES * (rounds + 1)} not built`,
          value: lost,
          unit: 'pushes',
        }),
      ];
    }),
  );
}

async function push(
  platform: BenchPlatform,
  heads: ReadonlyMap<string, string>,
): Promise<{ seconds: number; lost: number }> {
  const shas = new Set(heads.values());
  const sent = await Promise.all([...heads].map(([branch, sha]) => deliver(platform, { repo: REPO, sha, branch })));
  const ends = async () => (await platform.listJobs()).filter((job) => shas.has(job.sha) && job.state === 'succeeded');
  // Looked for seldom, since looking costs the platform too; the jobs tell when they ended.
  const done = await waitUntil(async () => (await ends()).length === shas.size, {
    what: 'all pushes are built',
    everyMs: 250,
    deadlineMs: 60_000,
  }).then(ends, ends);
  const last = Math.max(...done.map(({ finishedAt }) => finishedAt ?? 0));
  return { seconds: (last - Math.max(...sent)) / 1000, lost: shas.size - done.length };
}
