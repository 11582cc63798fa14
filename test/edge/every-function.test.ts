import { expect } from 'chai';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFunction, readAllBuilds } from '../support/function/build-function.js';
import { startAlone } from '../support/function/run-function.js';
import { startSurroundings, type Surroundings } from '../support/function/surroundings.js';
import { send } from '../support/send.js';
import { waitUntil } from '../support/wait-until.js';

const BUNDLE_LIMIT = 2_000_000;
const builds = await readAllBuilds();

describe('every function, and the connector, as one file', () => {
  let directory: string;
  let surroundings: Surroundings;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'raibid-function-'));
    surroundings = await startSurroundings();
  });
  after(async () => {
    await surroundings.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('are all that is deployed', () => {
    const names = ['cache-warm', 'connector', 'dispatch', 'enqueue', 'mirror-sync', 'status'];
    expect(builds.map(({ name }) => name)).to.have.members(names);
  });

  for (const build of builds) {
    it(`${build.name}: at most 2 MB, starts by its environment and secrets, is healthy, and hears SIGTERM`, async () => {
      const context = join(directory, build.name);
      const out = await buildFunction(context, build, { check: false });
      expect((await stat(join(out, 'index.mjs'))).size).to.be.at.most(BUNDLE_LIMIT);
      const env = { ...surroundings.env, RAIBID_SECRETS_DIR: surroundings.secrets };
      const running = await (await startAlone({ context, tmp: context, env })).ready();
      try {
        expect((await send(`${running.url}/healthz`)).status).to.equal(200);
        running.terminate();
        await waitUntil(() => running.output().includes('"message":"stopping"'), { what: 'it is stopping' });
        expect((await send(`${running.url}/healthz`)).status).to.equal(200);
      } finally {
        await running.kill();
      }
    });
  }
});
