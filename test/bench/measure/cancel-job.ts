import { join } from 'node:path';
import type { Bench } from '../bench.js';
import { percentile } from '../harness/percentile.js';
import { withPlatform } from '../harness/platform.js';
import { waitForGone } from '../harness/processes.js';
import { deliver } from '../harness/push.js';
import { readStepFile } from '../harness/step-file.js';
import { withUpstream } from '../harness/upstream.js';
import { withDirectory } from '../harness/with-directory.js';
import { atMost, type Row } from '../row.js';

const REPO = 'ada/long';

/** From the call that cancels a running job until its step's shell and that shell's child are gone; both heed SIGTERM. */
export async function cancelJob({ times }: Bench): Promise<Row[]> {
  const count = times(40, 3);
  return withDirectory((directory) =>
    withUpstream({ step: `sleep 300 & echo $$ $! > ${directory}/$RAIBID_SHA; wait` }, (upstream) =>
      withPlatform({}, async (platform) => {
        await platform.addMirror(REPO, upstream.path);
        const ms: number[] = [];
        for (let n = 0; n < count; n += 1) {
          await platform.waitForIdleAgent();
          const sha = await upstream.commit({ 'a.txt': `change ${n}` });
          await deliver(platform, { repo: REPO, sha });
          const pids = await readStepFile(join(directory, sha));
          const { id } = await platform.waitForJob(sha, ['running']);
          const startedAt = performance.now();
          const [, left] = await Promise.all([platform.cancel(id), waitForGone(pids, 20_000)]);
          if (left.length > 0) throw new Error(`processes ${left.join(', ')} survived the cancellation`);
          ms.push(performance.now() - startedAt);
          await platform.waitForJob(sha, ['cancelled']);
        }
        const name = 'cancel to processes gone';
        return [
          atMost(50, { name: `${name}, p50`, value: percentile(ms, 50), unit: 'ms' }),
          atMost(1000, { name: `${name}, p99`, value: percentile(ms, 99), unit: 'ms' }),
        ];
      }),
    ),
  );
}
