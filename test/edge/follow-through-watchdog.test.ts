import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finishJob } from '#lib/redis/attempts.js';
import { appendLog, endLog } from '#lib/redis/logs.js';
import type { Room } from '#lib/redis/room.js';
import { followLog } from '../../cli/client/follow-log.js';
import { followStatus } from '../../cli/client/follow-status.js';
import { sendJson } from '../../cli/client/send-request.js';
import { JobView } from '../../cli/schema.js';
import { findBuild } from '../support/function/build-function.js';
import { type BuiltFunction, PLACES } from '../support/function/places.js';
import type { RunningFunction } from '../support/function/run-function.js';
import { SECRETS, startSurroundings, type Surroundings } from '../support/function/surroundings.js';
import { create, idOf, setCapacity, SUCCEEDED, takeJob } from '../support/room-jobs.js';
import { waitUntil } from '../support/wait-until.js';

const CUTS = 2;
/** As short as leaves an ordinary call its time. */
const TIMEOUTS = { exec_timeout: '1s', write_timeout: '1500ms' };

for (const place of PLACES.filter(({ watchdog, image }) => watchdog && !image)) {
  describe(`what the CLI follows, cut again and again ${place.name}`, () => {
    let directory: string;
    let surroundings: Surroundings;
    let room: Room;
    let built: BuiltFunction;
    let running: RunningFunction;
    before(async () => {
      directory = await mkdtemp(join(tmpdir(), 'raibid-function-'));
      built = await place.build({ name: 'status', build: await findBuild('status'), directory });
    });
    beforeEach(async () => {
      surroundings = await startSurroundings();
      ({ room } = surroundings);
      await setCapacity(room, 1000);
      const { secrets, env } = surroundings;
      running = await (await built.start({ secrets, env: { ...TIMEOUTS, ...env } })).ready();
    });
    afterEach(async () => {
      await built.killAll();
      await surroundings.stop();
    });
    after(() => rm(directory, { recursive: true, force: true }));

    const platform = () => ({ url: running.url, token: SECRETS['admin-token'] });
    const locate = async () => platform();

    /** Makes something to be seen, again and again, until the connection was lost once more; fails when what follows fails. */
    async function provoke(
      following: Promise<void>,
      countLost: () => number,
      makeOne: () => Promise<unknown>,
    ): Promise<void> {
      const before = countLost();
      const cut = waitUntil(() => makeOne().then(() => countLost() > before), { what: 'a cut', everyMs: 50 });
      await Promise.race([cut, following]);
    }

    it('are the jobs: none is missed', async () => {
      const stop = new AbortController();
      const seen = new Set<string>();
      let lost = 0;
      const following = followStatus(locate, {
        signal: stop.signal,
        random: () => 0,
        onConnection: (problem) => (lost += problem === null ? 0 : 1),
        onEvent(event) {
          const jobs = event.type === 'snapshot' ? event.jobs : event.type === 'job' ? [event.job] : [];
          for (const { id } of jobs) seen.add(id);
        },
      });
      let made = 0;
      const makeJob = () => create(room, (made += 1));
      for (let cut = 0; cut < CUTS; cut += 1) await provoke(following, () => lost, makeJob);
      // While nobody is connected.
      await makeJob();
      const all = Array.from({ length: made }, (_, n) => idOf(n + 1));
      await waitUntil(() => all.every((id) => seen.has(id)), { what: `all of ${made} jobs are seen` });
      stop.abort();
      await following;
    });

    it('is a log: every byte comes once, in order, and then the end', async () => {
      await create(room, 1);
      const claim = await takeJob(room);
      const id = claim.job.id;
      const chunks: Uint8Array[] = [];
      let lost = 0;
      const following = followLog(
        locate,
        { job: id, attempt: 1 },
        {
          signal: new AbortController().signal,
          random: () => 0,
          onBytes: async (bytes) => void chunks.push(bytes),
          onLost: () => (lost += 1),
          readJob: () => sendJson(platform(), JobView, { path: `status/jobs/${id}` }),
        },
      );
      const lines: string[] = [];
      const say = () => {
        const line = `line ${lines.length}\n`;
        lines.push(line);
        return appendLog(room, claim, { number: lines.length, step: 0, at: 0, data: Buffer.from(line) });
      };
      for (let cut = 0; cut < CUTS; cut += 1) await provoke(following, () => lost, say);
      await say();
      await endLog(room, claim, lines.length + 1);
      await finishJob(room, claim, SUCCEEDED);
      await following;
      expect(Buffer.concat(chunks).toString()).to.equal(lines.join(''));
    });
  });
}
