import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '../../support/wait-until.js';
import type { Bench } from '../bench.js';
import { median } from '../harness/percentile.js';
import { type BenchPlatform, withPlatform } from '../harness/platform.js';
import { isAlive, waitForGone } from '../harness/processes.js';
import { deliver } from '../harness/push.js';
import { readStepFile } from '../harness/step-file.js';
import { withUpstream } from '../harness/upstream.js';
import { withDirectory } from '../harness/with-directory.js';
import { atMost, plain, type Row } from '../row.js';

const REPO = 'ada/long';
/** A process that lives longer than this without its agent is an orphan. */
const ORPHAN_MS = 1000;

/** SIGKILL of an agent in the middle of a step: until the next attempt's step runs, and what is left of the first. */
export async function killAgent({ times }: Bench): Promise<Row[]> {
  const count = times(10, 2);
  return withDirectory((directory) => {
    const file = `${directory}/$RAIBID_SHA.$RAIBID_ATTEMPT`;
    const first = `sleep 300 & setsid sleep 300 & echo $$ $! > ${file}; wait`;
    return withUpstream({ step: `if [ $RAIBID_ATTEMPT = 1 ]; then ${first}; else echo $$ > ${file}; fi` }, (upstream) =>
      withPlatform({}, async (platform) => {
        await platform.addMirror(REPO, upstream.path);
        const again: number[] = [];
        const gone: number[] = [];
        let orphans = 0;
        for (let n = 0; n < count; n += 1) {
          const sha = await upstream.commit({ 'a.txt': `change ${n}` });
          await deliver(platform, { repo: REPO, sha });
          const processes = await readStepFile(join(directory, `${sha}.1`));
          const agent = await findAgent(platform, sha);
          const startedAt = performance.now();
          process.kill(agent, 'SIGKILL');
          const [left] = await Promise.all([
            waitForGone(processes, ORPHAN_MS).then((some) => {
              gone.push(performance.now() - startedAt);
              return some.length;
            }),
            readStepFile(join(directory, `${sha}.2`)).then(() => again.push(performance.now() - startedAt)),
          ]);
          orphans += left;
          await platform.waitForJob(sha, ['succeeded']);
          await delay(ORPHAN_MS);
          orphans += processes.filter(isAlive).length;
        }
        return [
          atMost(2000, {
            name: `agent kill -9 to next attempt runs, longest of ${count}`,
            value: Math.max(...again),
            unit: 'ms',
          }),
          plain({ name: 'agent kill -9 to next attempt runs, median', value: median(again), unit: 'ms' }),
          atMost(0, { name: 'agent kill -9: processes left after a second', value: orphans, unit: 'processes' }),
          plain({ name: 'agent kill -9 to its processes gone, median', value: median(gone), unit: 'ms' }),
        ];
      }),
    );
  });
}

async function findAgent({ waitForJob, listAgents }: BenchPlatform, sha: string): Promise<number> {
  const job = await waitForJob(sha, ['running']);
  const look = async () => (await listAgents()).find(({ id }) => id === job.agent)?.pid;
  return waitUntil(look, { what: 'the job has an agent' });
}
