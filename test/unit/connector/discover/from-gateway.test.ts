import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { listFromGateway } from '../../../../functions/_connector/discover/from-gateway.js';
import { type FakeServer, functionStatus, startFakeServer } from '../../../support/fake-server.js';

const TOPIC = { topic: 'redis:photos' };
const PLAIN = '/system/functions';
const NAMESPACES = '/system/namespaces';

describe("functions by OpenFaaS' gateway", () => {
  let gateway: FakeServer;
  let secrets: string;

  beforeEach(async () => {
    secrets = await mkdtemp(join(tmpdir(), 'raibid-basic-auth-'));
    gateway = await startFakeServer({
      [NAMESPACES]: ['openfaas-fn', 'staging'],
      [`${PLAIN}?namespace=openfaas-fn`]: [functionStatus('resize', TOPIC), functionStatus('env', null)],
      [`${PLAIN}?namespace=staging`]: [functionStatus('thumb', TOPIC, 'staging')],
      [PLAIN]: [functionStatus('resize', TOPIC)],
    });
  });
  afterEach(async () => {
    await gateway.close();
    await rm(secrets, { recursive: true, force: true });
  });

  const list = (secretsDirectory: string | null = null) => listFromGateway({ url: gateway.url, secretsDirectory })();
  const names = async () => (await list()).map(({ name, namespace }) => `${name}.${namespace}`);
  const problem = async (secretsDirectory: string | null = null) =>
    list(secretsDirectory).then(
      () => '',
      (error: unknown) => (error instanceof Error ? error.message : ''),
    );

  it('are those of all namespaces that have annotations for a connector', async () => {
    expect(await names()).to.deep.equal(['resize.openfaas-fn', 'thumb.staging']);
    expect((await list())[0]?.annotations).to.include(TOPIC);
  });

  for (const [what, answer] of Object.entries({
    'knows none': { status: 404, body: 'page not found' },
    'names none': { status: 200, body: [] },
    'names null': { status: 200, body: null },
  })) {
    it(`are asked for without a namespace when the gateway ${what}`, async () => {
      gateway.set(NAMESPACES, answer);
      expect(await names()).to.deep.equal(['resize.openfaas-fn']);
    });
  }

  it('may be none at all', async () => {
    gateway.set(NAMESPACES, { status: 200, body: [] });
    gateway.set(PLAIN, { status: 200, body: null });
    expect(await names()).to.deep.equal([]);
  });

  it('are asked for with the user and the password that the files hold now', async () => {
    await writeFile(join(secrets, 'basic-auth-user'), 'admin\n');
    await writeFile(join(secrets, 'basic-auth-password'), 'one');
    await list(secrets);
    await writeFile(join(secrets, 'basic-auth-password'), 'two\n');
    await list(secrets);
    const sent = new Set(gateway.asked.map(({ authorization }) => authorization));
    expect([...sent]).to.deep.equal(['admin:one', 'admin:two'].map((both) => `Basic ${btoa(both)}`));
  });

  it('say what is wrong', async () => {
    expect(await problem(secrets)).to.match(/ENOENT.*basic-auth-user/);
    gateway.set(`${PLAIN}?namespace=staging`, { status: 401, body: 'invalid credentials\n' });
    expect(await problem()).to.contain('the gateway answers 401 to /system/functions?namespace=staging: invalid cred');
    gateway.set(`${PLAIN}?namespace=staging`, { status: 200, body: '<html>' });
    expect(await problem()).to.contain('nothing that makes sense to /system/functions?namespace=staging');
    gateway.set(`${PLAIN}?namespace=staging`, null);
    expect(await problem()).to.contain('without its Prometheus the gateway gives no answer here');
  });
});
