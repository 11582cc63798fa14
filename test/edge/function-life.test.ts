import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { PROBE } from '../support/function/build-function.js';
import { type BuiltFunction, PLACES } from '../support/function/places.js';
import type { RunningFunction } from '../support/function/run-function.js';
import { send } from '../support/send.js';
import { waitUntil } from '../support/wait-until.js';

const State = z.object({ held: z.number(), stopping: z.boolean() });
const IN_FLIGHT = 1000;

for (const place of PLACES) {
  describe(`life of a function, ${place.name}`, function () {
    this.timeout(place.image ? 600_000 : 60_000);
    let directory: string;
    let built: BuiltFunction;
    before(async () => {
      directory = await mkdtemp(join(tmpdir(), 'raibid-function-'));
      built = await place.build({ name: 'probe', build: PROBE, directory });
    });
    afterEach(() => built.killAll());
    after(() => rm(directory, { recursive: true, force: true }));

    const state = async ({ url }: RunningFunction) => State.parse(JSON.parse((await send(`${url}/state`)).body));

    async function stop(running: RunningFunction): Promise<void> {
      running.terminate();
      await waitUntil(async () => (await state(running)).stopping, { what: 'the function is stopping' });
    }

    it('with a setup that fails ends with exit code 1, a line in the log, and never ready', async () => {
      const running = await built.start({ env: { PROBE_FAILS: 'yes' } });
      expect(await running.exited).to.equal(1);
      expect(await running.isReady()).to.equal(false);
      expect(running.output()).to.match(/"level":"error".*"error":"the probe was told to fail"/);
    });

    it('with a setting that makes no sense ends with exit code 1', async () => {
      const running = await built.start({ env: { http_upstream_url: 'nonsense' } });
      expect(await running.exited).to.equal(1);
      if (!place.watchdog) expect(running.output()).to.include('upstream_url is like');
    });

    it('ends with exit code 1 when a rejection is left alone, and when the handler leaves', async () => {
      for (const path of ['/crash', '/exit']) {
        const running = await (await built.start()).ready();
        await send(`${running.url}${path}`).catch(() => undefined);
        expect(await running.exited, path).to.equal(1);
      }
    });

    if (!place.image) {
      it('is ready only when setup is through and it listens, whatever a process before it left behind', async () => {
        const gate = join(directory, 'gate');
        const tmp = await mkdtemp(join(directory, 'tmp-'));
        await writeFile(join(tmp, '.lock'), 'of another process');
        const running = await built.start({ tmp, env: { PROBE_GATE: gate } });
        const begun = place.watchdog
          ? () => running.output().includes('Listening on port')
          : async () => !(await running.isReady());
        await waitUntil(begun, { what: 'it has begun' });
        expect(await running.isReady()).to.equal(false);
        await writeFile(gate, '');
        await running.ready();
        expect((await send(running.url)).status).to.equal(200);
      });
    }

    it('answers what is in flight and what is late after SIGTERM, and ends event streams', async () => {
      const running = await (await built.start()).ready();
      const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
      const hold = (count: number) =>
        Array.from({ length: count }, () => send(`${running.url}/hold`, { agent }).then(({ status }) => status));
      const inFlight = hold(IN_FLIGHT);
      await waitUntil(async () => (await state(running)).held === IN_FLIGHT, { what: 'all are in flight' });
      let begun = false;
      const accept = { Accept: 'text/event-stream' };
      const stream = send(`${running.url}/stream`, { headers: accept, onText: () => (begun = true) });
      await waitUntil(() => begun, { what: 'the stream has begun' });

      await stop(running);
      expect((await stream).body).to.equal('data: first\n\n');
      expect((await send(`${running.url}/stream`, { headers: accept })).status).to.equal(200);
      const late = hold(50);
      await waitUntil(async () => (await state(running)).held === IN_FLIGHT + 50, { what: 'the late ones are in' });
      expect(await running.isReady()).to.equal(place.watchdog ? false : true);
      expect((await send(`${running.url}/release`)).status).to.equal(200);
      const answers = await Promise.all([...inFlight, ...late]);
      expect(answers.filter((status) => status !== 200)).to.deep.equal([]);
      agent.destroy();
      if (place.watchdog) expect(await running.exited).to.equal(0);
    });

    if (place.watchdog && !place.image) {
      it('ends when of-watchdog is gone, however that went', async () => {
        const running = await (await built.start()).ready();
        const { pid } = z.object({ pid: z.number() }).parse(JSON.parse((await send(`${running.url}/pid`)).body));
        await running.kill();
        await waitUntil(() => !isAlive(pid), { what: 'node is gone as well' });
      });
    }
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
