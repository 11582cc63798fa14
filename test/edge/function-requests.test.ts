import { expect } from 'chai';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { PROBE } from '../support/function/build-function.js';
import { type BuiltFunction, PLACES } from '../support/function/places.js';
import type { RunningFunction } from '../support/function/run-function.js';
import { type Answer, send } from '../support/send.js';
import { waitUntil } from '../support/wait-until.js';

const CALL_ID = 'call-0123456789';
const MEGABYTE = 2 ** 20;

for (const place of PLACES) {
  describe(`requests to a function, ${place.name}`, function () {
    // An image's packages may have to be fetched first.
    this.timeout(place.image ? 600_000 : 60_000);
    let directory: string;
    let built: BuiltFunction;
    let running: RunningFunction;
    before(async () => {
      directory = await mkdtemp(join(tmpdir(), 'raibid-function-'));
      built = await place.build({ name: 'probe', build: PROBE, directory });
      running = await (await built.start()).ready();
    });
    after(async () => {
      await built.killAll();
      await rm(directory, { recursive: true, force: true });
    });

    const call = (path: string, options: Parameters<typeof send>[1] = {}) => send(`${running.url}${path}`, options);

    function expectProblem({ status, headers, body }: Answer, expected: { status: number; detail: string }): void {
      expect(status).to.equal(expected.status);
      expect(headers['content-type']).to.equal('application/problem+json; charset=utf-8');
      expect(JSON.parse(body)).to.include(expected);
    }

    it('that throws or rejects is a 500, with the call id and without the details', async () => {
      for (const path of ['/throw', '/throw-at-once']) {
        const answer = await call(path, { body: Buffer.from('body'), headers: { 'X-Call-Id': CALL_ID } });
        expectProblem(answer, { status: 500, detail: 'The function failed.' });
        expect(JSON.parse(answer.body)).to.include({ instance: CALL_ID });
        expect(answer.headers['x-call-id']).to.equal(CALL_ID);
        expect(answer.body).not.to.include('secret');
      }
      await waitUntil(() => running.output().split('secret of the handler').length > 2, { what: 'it is in the log' });
      const line = running
        .output()
        .split('\n')
        .find((text) => text.includes('"error":"secret of the handler"'));
      expect(JSON.parse(line ?? '')).to.include({ level: 'error', callId: CALL_ID, method: 'POST', url: '/throw' });
      expect(line).to.include('handler.ts');
    });

    it('gives the caller an id of the failure when it brought none', async () => {
      const answer = await call('/throw-at-once', { headers: { 'X-Call-Id': 'no id, "really"' } });
      const { instance } = z.object({ instance: z.uuid() }).parse(JSON.parse(answer.body));
      await waitUntil(() => running.output().includes(instance), { what: 'the id is in the log' });
    });

    it('that throws a problem is that problem', async () => {
      expectProblem(await call('/teapot'), { status: 418, detail: 'I am a teapot.' });
      expectProblem(await call('/elsewhere'), { status: 404, detail: 'No such route.' });
    });

    it('gets every byte of a body, up to 25 MiB', async () => {
      for (const size of [0, 1, 20 * MEGABYTE, 25 * MEGABYTE]) {
        const body = randomBytes(size);
        const answer = await call('/hash', { body });
        expect(answer.body, `${size} bytes`).to.equal(createHash('sha256').update(body).digest('hex'));
      }
    });

    it('with a body above the limit is a 413, and the next request is served', async () => {
      for (const size of [25 * MEGABYTE + 1, 26 * MEGABYTE]) {
        const answer = await call('/hash', { body: randomBytes(size) });
        expectProblem(answer, { status: 413, detail: `At most ${25 * MEGABYTE} bytes are taken.` });
      }
      expect(await call('/')).to.include({ status: 200, body: 'here' });
    });

    it('with an event stream is answered while the stream goes on', async () => {
      let text = '';
      const stream = call('/stream', { headers: { Accept: 'text/event-stream' }, onText: (so) => (text = so) });
      await waitUntil(() => text === 'data: first\n\n', { what: 'the first event is here' });
      // It ends with the function, in whatever way.
      stream.catch(() => undefined);
    });

    it('that writes after its end has its answer, and the function goes on', async () => {
      expect(await call('/write-after-end')).to.include({ status: 200, body: 'whole' });
      expect(await call('/')).to.include({ status: 200 });
    });

    // Of-watchdog ends the answer of a cut connection as if it were whole.
    if (!place.watchdog) {
      it('that fails in the middle of an answer is cut, so that nobody takes it for whole', async () => {
        const outcome = await call('/throw-late').then(
          () => 'whole',
          (error: unknown) => String(error),
        );
        expect(outcome).to.include('aborted');
      });
    }
  });
}
