import { makeEvent } from '#lib/core/event.js';
import { keys } from '#lib/redis/keys.js';
import { waitUntil } from '../../support/wait-until.js';
import type { Proof } from '../world.js';

const REF = 'refs/heads/proof-redis';

export const invokeByRedis: Proof = {
  name: 'entry of a Redis stream -> function',
  async run({ api, room, repo, sha }) {
    const data = { repo, ref: REF, sha, seq: '', message: 'proof' };
    const event = makeEvent('mirror.updated', { id: '', source: '/proof', time: Date.now(), partitionkey: repo, data });
    const fields = ['type', event.type, 'partitionkey', repo, 'event', JSON.stringify(event)];
    const entry = await room.redis.xadd(keys.inbox('enqueue'), '*', ...fields);
    const job = await waitUntil(
      async () => (await api.jobs(`&repo=${repo}`)).find((one) => one.ref === REF && one.sha === sha),
      {
        what: 'enqueue has made the job',
        deadlineMs: 60_000,
        everyMs: 200,
      },
    );
    await waitUntil(async () => (await room.redis.xlen(keys.inbox('enqueue'))) === 0, {
      what: 'the entry is done with',
    });
    return `entry ${entry ?? ''} -> job ${job.id}`;
  },
};
