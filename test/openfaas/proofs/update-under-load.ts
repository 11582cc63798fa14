import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '../../support/wait-until.js';
import { waitForBuild } from '../deploy/wait-for-build.js';
import type { Proof, World } from '../world.js';

const CLIENTS = 4;
const EVERY_MS = 50;
/** Half a minute of them: longer than a pod is given to end. */
const REQUESTS_AFTER = 2000;

export const updateUnderLoad: Proof = {
  name: 'update under load without a failed request',
  async run({ api, settings, redeploy }: World) {
    const over = new AbortController();
    const failures: string[] = [];
    let requests = 0;
    const load = Array.from({ length: CLIENTS }, async () => {
      while (!over.signal.aborted) {
        requests += 1;
        const answer = await api.call('status/jobs?limit=5').catch((error: unknown) => String(error));
        if (typeof answer === 'string') failures.push(answer);
        else if (answer.status !== 200) failures.push(`${answer.status} ${answer.text.slice(0, 200)}`);
        await delay(EVERY_MS);
      }
    });
    try {
      const build = await redeploy();
      await waitForBuild(settings.gateway.url, build);
      // The old pods end while the new ones serve.
      const enough = requests + REQUESTS_AFTER;
      await waitUntil(() => requests >= enough, { what: 'the load went on', deadlineMs: 120_000 });
    } finally {
      over.abort();
      await Promise.all(load);
    }
    if (failures.length > 0) throw new Error(`${failures.length} of ${requests} failed, the first: ${failures[0]}`);
    return `0 of ${requests} requests failed while the functions were replaced`;
  },
};
