import { ownInbox } from '#lib/redis/keys.js';
import { withLock } from '#lib/redis/locks.js';
import { waitUntil } from '../../support/wait-until.js';
import { NotAvailable, type Proof, type World } from '../world.js';

const INBOX = ownInbox('mirror-sync');

export const killFunction: Proof = {
  name: 'function killed in mid-request -> the connector calls again',
  async run(world: World) {
    const { api, room, ref, sha, settings, killPod } = world;
    const repo = `${world.repo}-kill`;
    if (killPod === null) throw new NotAvailable('kubectl is not on PATH');
    await api.addMirror(repo, settings.upstream);
    const before = await room.redis.xlen(INBOX.dead);
    // While another holds the repository, mirror-sync's call stays open.
    const done = await withLock(room, { name: `mirror:${repo}`, owner: 'proof', ttlMs: 120_000 }, async () => {
      await api.push({ repo, sha, ref });
      await waitUntil(async () => Number((await room.redis.xpending(INBOX.stream, INBOX.group))[0]) >= 1, {
        what: 'the connector calls mirror-sync',
      });
      await killPod('mirror-sync');
      // Only a call that broke is proof: let go earlier, and the dying pod would still answer it.
      await waitUntil(async () => (await room.redis.hlen(INBOX.tries)) >= 1, {
        what: 'the call has broken',
        deadlineMs: 120_000,
      });
    });
    if (!done.locked) throw new Error('the repository is busy');
    const job = await waitUntil(async () => (await api.jobs(`&repo=${repo}`)).find((one) => one.sha === sha), {
      what: 'the push has its job all the same',
      deadlineMs: 180_000,
      everyMs: 200,
    });
    const dead = (await room.redis.xlen(INBOX.dead)) - before;
    if (dead > 0) throw new Error(`${dead} dead letters`);
    return `job ${job.id}, no dead letter`;
  },
};
