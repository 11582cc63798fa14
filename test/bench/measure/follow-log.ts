import type { Bench } from '../bench.js';
import { percentile } from '../harness/percentile.js';
import { withPlatform } from '../harness/platform.js';
import { deliver } from '../harness/push.js';
import { withUpstream } from '../harness/upstream.js';
import { atMost, type Row } from '../row.js';

const REPO = 'ada/talk';
const STAMP = /^(\d{19})$/;

/** A line written by a step every 100 ms, which says when, until `logs -f` sees it over HTTP. */
export async function followLog({ times }: Bench): Promise<Row[]> {
  const lines = times(300, 20);
  const step = `for n in $(seq ${lines}); do date +%s%N; sleep 0.1; done`;
  return withUpstream({ step }, (upstream) =>
    withPlatform({}, async (platform) => {
      await platform.addMirror(REPO, upstream.path);
      const sha = await upstream.commit({ 'a.txt': 'a' });
      await deliver(platform, { repo: REPO, sha });
      const job = await platform.waitForJob(sha, ['queued', 'ready', 'running']);
      const latencies: number[] = [];
      let rest = '';
      for await (const chunk of platform.followLog(job.id)) {
        const seenAt = Date.now();
        const whole = (rest + chunk.toString()).split('\n');
        rest = whole.pop() ?? '';
        for (const line of whole) {
          const stamp = STAMP.exec(line)?.[1];
          if (stamp !== undefined) latencies.push(seenAt - Number(stamp) / 1e6);
        }
      }
      if (latencies.length !== lines) throw new Error(`${latencies.length} of ${lines} lines came`);
      const name = 'line written to seen by logs -f';
      return [
        atMost(120, { name: `${name}, p50`, value: percentile(latencies, 50), unit: 'ms' }),
        atMost(200, { name: `${name}, p99`, value: percentile(latencies, 99), unit: 'ms' }),
      ];
    }),
  );
}
