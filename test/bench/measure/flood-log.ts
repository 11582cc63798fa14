import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Bench } from '../bench.js';
import { median } from '../harness/percentile.js';
import { withPlatform } from '../harness/platform.js';
import { deliver } from '../harness/push.js';
import { withUpstream } from '../harness/upstream.js';
import { atLeast, atMost, type Row } from '../row.js';

const REPO = 'ada/loud';
const FORMAT = 'line %08.0f of a flood that is as long as a line of cargo is';

/** One job writes as fast as it can, below the cap of 64 MiB: lines a second until a follower has the last one. */
export async function floodLog({ times }: Bench): Promise<Row[]> {
  const lines = times(500_000, 50_000);
  const flood = `seq -f '${FORMAT}' 1 ${lines}`;
  return withUpstream({ step: `date +%s%N; ${flood}` }, (upstream) =>
    withPlatform({}, async (platform) => {
      await platform.addMirror(REPO, upstream.path);
      const rates: number[] = [];
      let lost = 0;
      for (let round = 0; round < times(3, 1); round += 1) {
        const sha = await upstream.commit({ 'a.txt': `round ${round}` });
        await deliver(platform, { repo: REPO, sha });
        const job = await platform.waitForJob(sha, ['queued', 'ready', 'running']);
        const chunks: Buffer[] = [];
        for await (const chunk of platform.followLog(job.id)) chunks.push(chunk);
        const endedAt = Date.now();
        const text = Buffer.concat(chunks).toString();
        const startedAt = Number(/^\d{19}$/m.exec(text)?.[0]) / 1e6;
        rates.push(lines / ((endedAt - startedAt) / 1000));
        lost += countMissing(text, lines);
        await platform.waitForJob(sha, ['succeeded']);
        lost += countMissing(await platform.readLog(job.id), lines);
      }
      const pipe = await readPipe(flood);
      return [
        atLeast(50_000, {
          name: `flood of ${lines} lines from one job`,
          value: median(rates),
          unit: 'lines/s',
          reference: { name: 'the same through a bare pipe', value: lines / (pipe / 1000), unit: 'lines/s' },
        }),
        atMost(0, { name: 'flood: lines lost, doubled or out of order', value: lost, unit: 'lines' }),
      ];
    }),
  );
}

function countMissing(text: string, lines: number): number {
  const written = text.split('\n').filter((line) => line.startsWith('line '));
  const wrong = written.filter((line, n) => line !== FORMAT.replace('%08.0f', String(n + 1).padStart(8, '0')));
  return wrong.length + Math.abs(lines - written.length);
}

async function readPipe(command: string): Promise<number> {
  const startedAt = performance.now();
  const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'ignore'] });
  child.stdout.resume();
  await once(child, 'close');
  return performance.now() - startedAt;
}
