import { mkdir } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import { buildFunction, PROBE } from '../../support/function/build-function.js';
import { startBehindWatchdog } from '../../support/function/run-function.js';
import { realTools } from '../../support/real-tools.js';
import { send } from '../../support/send.js';
import type { Bench } from '../bench.js';
import { kill, readReadyLine, spawnBareServer } from '../harness/bare-server.js';
import { percentile } from '../harness/percentile.js';
import { withDirectory } from '../harness/with-directory.js';
import { atMost, plain, type Row } from '../row.js';

const WARM_UP = 200;

/** What of-watchdog and the template's runtime add to a request, against a bare server asked by turns. */
export async function watchdogOverhead({ times, say }: Bench): Promise<Row[]> {
  if (realTools.watchdog === null) {
    say('watchdog-overhead is not measured: of-watchdog is not on PATH, or its port 8081 is taken');
    return [];
  }
  return withDirectory(async (directory) => {
    const context = join(directory, 'probe');
    await buildFunction(context, PROBE, { check: false });
    const tmp = join(directory, 'tmp');
    await mkdir(tmp);
    const running = await startBehindWatchdog({ context, tmp });
    const bareServer = spawnBareServer();
    const agent = new Agent({ keepAlive: true });
    try {
      await running.ready();
      const { port } = z.object({ port: z.number() }).parse(JSON.parse(await readReadyLine(bareServer)));
      const ask = async (url: string) => {
        const startedAt = performance.now();
        await send(url, { agent });
        return performance.now() - startedAt;
      };
      const through: number[] = [];
      const bare: number[] = [];
      for (let n = 0; n < WARM_UP + times(5000, 200); n += 1) {
        through.push(await ask(running.url));
        bare.push(await ask(`http://127.0.0.1:${port}`));
      }
      const added = (percent: number) => {
        const reference = percentile(bare.slice(WARM_UP), percent);
        return {
          name: `added by of-watchdog and the runtime, p${percent}`,
          value: percentile(through.slice(WARM_UP), percent) - reference,
          unit: 'ms',
          reference: { name: 'a bare node:http server', value: reference, unit: 'ms' },
        };
      };
      return [plain(added(50)), atMost(5, added(99))];
    } finally {
      agent.destroy();
      await Promise.all([running.kill(), kill(bareServer)]);
    }
  });
}
