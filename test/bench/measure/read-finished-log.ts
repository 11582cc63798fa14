import { setTimeout as delay } from 'node:timers/promises';
import type { Bench } from '../bench.js';
import { median } from '../harness/percentile.js';
import { type BenchPlatform, withPlatform } from '../harness/platform.js';
import { deliver } from '../harness/push.js';
import { withUpstream } from '../harness/upstream.js';
import { waitForSuccess } from '../harness/wait-for-success.js';
import { atMost, plain, type Row } from '../row.js';

const REPO = 'ada/tally';
const LINES = 5000;

/** How long a log is not yet whole after the event stream told that its job had succeeded. */
export async function readFinishedLog({ times }: Bench): Promise<Row[]> {
  const count = times(20, 3);
  return withUpstream({ step: `seq ${LINES}; echo the last line` }, (upstream) =>
    withPlatform({}, async (platform) => {
      await platform.addMirror(REPO, upstream.path);
      const waits: number[] = [];
      const reads: number[] = [];
      for (let n = 0; n < count; n += 1) {
        await platform.waitForIdleAgent();
        const { waited, read } = await runOne(platform, await upstream.commit({ 'a.txt': `change ${n}` }));
        waits.push(waited);
        reads.push(read);
      }
      return [
        atMost(0, {
          name: `job finished to whole log readable, longest of ${count}`,
          value: Math.max(...waits),
          unit: 'ms',
        }),
        plain({ name: `reading that log of ${LINES} lines, median`, value: median(reads), unit: 'ms' }),
      ];
    }),
  );
}

async function runOne(platform: BenchPlatform, sha: string): Promise<{ waited: number; read: number }> {
  const done = new AbortController();
  const events = await platform.openEvents(done.signal);
  await deliver(platform, { repo: REPO, sha });
  const id = await waitForSuccess(events, sha);
  const finishedAt = performance.now();
  try {
    for (;;) {
      const startedAt = performance.now();
      const log = await platform.readLog(id);
      const read = performance.now() - startedAt;
      // Only a read that came too early makes anybody wait.
      const waited = startedAt - finishedAt < 1 ? 0 : startedAt - finishedAt;
      if (log.endsWith('\nthe last line\n') && log.split('\n').length >= LINES) return { waited, read };
      await delay(1);
    }
  } finally {
    done.abort();
  }
}
