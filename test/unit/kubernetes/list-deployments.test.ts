import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { listDeployments } from '#lib/kubernetes/list-deployments.js';
import { listFromKubernetes } from '../../../functions/_connector/discover/from-kubernetes.js';
import { deploymentList, type FakeServer, startFakeServer } from '../../support/fake-server.js';

const PATH = '/apis/apps/v1/namespaces/openfaas-fn/deployments';

describe('Deployments of Kubernetes', () => {
  let server: FakeServer;
  let directory: string;
  const before = process.env['KUBECONFIG'];

  beforeEach(async () => {
    const deployments = { resize: { topic: 'redis:photos' }, other: null };
    server = await startFakeServer({ [PATH]: deploymentList(deployments, 'openfaas-fn') });
    directory = await mkdtemp(join(tmpdir(), 'raibid-kubeconfig-'));
    process.env['KUBECONFIG'] = join(directory, 'config');
    await writeKubeconfig('first');
  });
  afterEach(async () => {
    if (before === undefined) delete process.env['KUBECONFIG'];
    else process.env['KUBECONFIG'] = before;
    await server.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function writeKubeconfig(token: string): Promise<void> {
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'fake',
      clusters: [{ name: 'fake', cluster: { server: server.url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'me', user: { token } }],
      contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'me' } }],
    };
    await writeFile(join(directory, 'config'), JSON.stringify(config));
  }

  it('come with their annotations', async () => {
    const [resize, other] = await listDeployments('openfaas-fn');
    expect(resize).to.deep.include({ name: 'resize', namespace: 'openfaas-fn' });
    expect(resize?.annotations).to.include({ topic: 'redis:photos' });
    expect(other).to.deep.equal({ name: 'other', namespace: 'openfaas-fn', annotations: {} });
  });

  it('are functions to the connector when it has something to read there', async () => {
    expect((await listFromKubernetes('openfaas-fn')()).map(({ name }) => name)).to.deep.equal(['resize']);
  });

  it('are asked for with the token that is valid now', async () => {
    await listDeployments('openfaas-fn');
    await writeKubeconfig('second');
    await listDeployments('openfaas-fn');
    expect(server.asked.map(({ authorization }) => authorization)).to.deep.equal(['Bearer first', 'Bearer second']);
  });

  it('are refused in the words of the API server', async () => {
    const message = 'deployments.apps is forbidden: User "system:serviceaccount:raibid:connector" cannot list';
    server.set(PATH, { status: 403, body: { kind: 'Status', status: 'Failure', message, code: 403 } });
    const refused = await listDeployments('openfaas-fn').catch((error: unknown) => String(error));
    expect(refused).to.equal(`Error: the API server answers 403 ${message}`);
    server.set(PATH, { status: 200, body: 'not JSON' });
    const nonsense = await listDeployments('openfaas-fn').catch((error: unknown) => String(error));
    expect(nonsense).to.equal('Error: the API server answers with no list of Deployments');
    server.set(PATH, null);
    expect(await listDeployments('openfaas-fn').catch((error: unknown) => String(error))).to.match(/socket hang up/);
  });
});
