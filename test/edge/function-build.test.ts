import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { saveMirror } from '#lib/redis/mirrors.js';
import { buildFunction, findBuild, SAMPLE } from '../support/function/build-function.js';
import { type BuiltFunction, PLACES } from '../support/function/places.js';
import { buildImage } from '../support/function/run-container.js';
import type { RunningFunction } from '../support/function/run-function.js';
import { SECRETS, startSurroundings, type Surroundings } from '../support/function/surroundings.js';
import { makeDelivery, makePushPayload } from '../support/push.js';
import { realTools } from '../support/real-tools.js';
import { send } from '../support/send.js';

const REPO = 'ada/engine';
const SECRET = SECRETS['webhook-secret'];
const SHA = 'c'.repeat(40);
const MEGABYTE = 2 ** 20;
const IMAGE_LIMIT = 15_000_000;

describe('functions as their Dockerfile builds them', function () {
  this.timeout(300_000);
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'raibid-function-'));
  });
  after(() => rm(directory, { recursive: true, force: true }));

  it('have the right types', async () => {
    for (const [name, build] of [
      ['sample', SAMPLE],
      ['mirror-sync', await findBuild('mirror-sync')],
    ] as const) {
      await buildFunction(join(directory, name), build);
    }
  });

  if (realTools.docker !== null) {
    it('make an image that is at most 15 MB larger than its base', async () => {
      const { added } = await buildImage(directory, 'status', await findBuild('status'));
      expect(added).to.be.within(1_000_000, IMAGE_LIMIT);
    });
  }

  it('are refused when the types are wrong', async () => {
    const handler = await mkdtemp(join(directory, 'wrong-'));
    await writeFile(join(handler, 'handler.ts'), 'export default (runtime: { none: 1 }) => () => runtime.none;\n');
    const outcome = await buildFunction(join(directory, 'wrong'), { ...SAMPLE, handler }).catch(String);
    expect(outcome).to.match(/index\.ts.*error TS\d+/);
  });
});

for (const place of PLACES) {
  describe(`mirror-sync as it is deployed, ${place.name}`, function () {
    this.timeout(place.image ? 600_000 : 60_000);
    let directory: string;
    let surroundings: Surroundings;
    let built: BuiltFunction;
    let running: RunningFunction;
    before(async () => {
      directory = await mkdtemp(join(tmpdir(), 'raibid-function-'));
      surroundings = await startSurroundings();
      const { room, secrets, env } = surroundings;
      await saveMirror(room, { repo: REPO, upstream: 'https://example.com/engine.git', tags: [], limit: 0 });
      const build = await findBuild('mirror-sync');
      built = await place.build({ ...build, build, directory });
      running = await (await built.start({ secrets, env })).ready();
    });
    after(async () => {
      await built.killAll();
      await surroundings.stop();
      await rm(directory, { recursive: true, force: true });
    });

    const deliver = ({ body, headers }: ReturnType<typeof makeDelivery>) => send(running.url, { body, headers });

    it('takes a signed push, which is in Redis with the answer', async () => {
      const { status, body } = await deliver(makeDelivery(makePushPayload({ repo: REPO, sha: SHA }), SECRET));
      expect({ status, ...JSON.parse(body) }).to.deep.equal({ status: 202, accepted: true });
    });

    it('refuses a wrong signature', async () => {
      const { status, body } = await deliver(makeDelivery(makePushPayload({ repo: REPO, sha: SHA }), 'another'));
      expect({ status, ...JSON.parse(body) }).to.include({ status: 401, code: 'signature-invalid' });
    });

    it('checks the signature over 20 MB of any bytes, and takes no more than 25', async () => {
      const bytes = randomBytes(20 * MEGABYTE);
      const signed = await deliver(makeDelivery(bytes, SECRET));
      expect(JSON.parse(signed.body)).to.include({ code: 'body-not-json' });
      const { headers } = makeDelivery(bytes, SECRET);
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
      expect(JSON.parse((await deliver({ body: bytes, headers })).body)).to.include({ code: 'signature-invalid' });
      const { status } = await deliver(makeDelivery(randomBytes(26 * MEGABYTE), SECRET));
      expect(status).to.equal(413);
    });

    it('answers at the path that a gateway would strip', async () => {
      expect((await send(`${running.url}/function/mirror-sync/healthz`)).status).to.equal(200);
    });

    it('does not start without its secrets', async () => {
      // Two of-watchdogs want the same port for their metrics.
      await running.kill();
      const bare = await built.start({ env: { RAIBID_SECRETS_DIR: '/nowhere' } });
      expect(await bare.exited, bare.output()).to.equal(1);
      expect(bare.output()).to.include('webhook-secret').and.include('/nowhere');
    });
  });
}
