import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { generateManifests } from '../../../../cli/dev/manifests/generate-manifests.js';
import { readWorkloads } from '../../../../cli/dev/manifests/read-workloads.js';
import { Deployment, Ingress, Kustomization, readDocuments, readOne, select, Service } from './read-manifests.js';

const ROOT = new URL('../../../../', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, ROOT), 'utf8');
const FUNCTIONS = 'gitops/apps/functions';
const CONNECTOR = 'gitops/apps/connector';

describe('manifests: of the stack files', () => {
  const files = generateManifests(read('stack.yml'), read('connector.yml'));
  const functions = readWorkloads(read('stack.yml'), 'functions');
  const documents = readDocuments(files, FUNCTIONS);
  const deployments = select(Deployment, documents);
  const everywhere = [...deployments, ...select(Deployment, readDocuments(files, CONNECTOR))];
  const settings = readOne(Kustomization, files, `${FUNCTIONS}/kustomization.yaml`).configMapGenerator[0].literals;
  const find = (name: string) => deployments.find(({ metadata }) => metadata.name === name);

  it('there are five functions, each with its Deployment, and the connector', () => {
    const names = deployments.map(({ metadata }) => metadata.name);
    expect(names).to.deep.equal([...functions.map(({ name }) => name), 'connector']);
    expect(functions).to.have.length(5);
  });

  for (const fn of functions) {
    it(`all of ${fn.name} is there`, () => {
      const deployment = find(fn.name);
      const container = deployment?.spec.template.spec.containers[0];
      expect(deployment?.metadata.annotations).to.deep.equal(fn.annotations);
      expect(container).to.include({ name: fn.name, image: fn.image });
      expect(container?.resources).to.deep.equal({ requests: fn.requests, limits: fn.limits });
      const environment = [
        ...(container?.env ?? []).map(({ name, value = '' }) => [name, value]),
        ...settings.map((literal) => literal.split(/=(.*)/s).slice(0, 2)),
      ];
      expect(Object.fromEntries(environment)).to.deep.equal({ ...fn.environment, ...fn.settings });
      const [, secrets] = deployment?.spec.template.spec.volumes ?? [];
      const mounted = secrets?.projected.sources.map(({ secret }) => secret.name);
      expect(mounted).to.deep.equal(fn.secrets);
    });
  }

  it('every Service finds its Deployment, and every path its Service', () => {
    const services = select(Service, documents);
    for (const { metadata, spec } of services) {
      expect(find(metadata.name)?.spec.template.metadata.labels).to.deep.equal(spec.selector);
      expect(spec.ports).to.deep.equal([{ port: 8080, targetPort: 'http' }]);
    }
    const paths = select(Ingress, documents).flatMap(({ spec }) => spec.rules[0].http.paths);
    expect(paths.map(({ path, backend }) => [path, backend.service.name])).to.deep.equal(
      functions.map(({ name }) => [`/function/${name}`, name]),
    );
    expect(services.map(({ metadata }) => metadata.name)).to.deep.equal(functions.map(({ name }) => name));
  });

  it('an Ingress asks for no controller in particular', () => {
    const [ingress] = select(Ingress, documents);
    expect(ingress?.metadata.annotations).to.deep.equal({});
  });

  it('all pods pass Pod Security "restricted", with nothing to write but /tmp', () => {
    for (const { spec } of everywhere) {
      const pod = spec.template.spec;
      const [container] = pod.containers;
      expect(pod.securityContext).to.deep.include({
        runAsNonRoot: true,
        runAsUser: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(container.securityContext).to.deep.equal({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.volumeMounts).to.deep.equal([
        { name: 'tmp', mountPath: '/tmp' },
        { name: 'secrets', mountPath: '/var/openfaas/secrets', readOnly: true },
      ]);
      expect(pod.enableServiceLinks).to.equal(false);
    }
  });

  it('only the connector may ask the API, for Deployments beside it', () => {
    const withToken = everywhere.filter(({ spec }) => spec.template.spec.automountServiceAccountToken);
    expect(withToken.map(({ spec }) => spec.template.spec.serviceAccountName)).to.deep.equal([
      'connector',
      'connector',
    ]);
    for (const folder of [FUNCTIONS, CONNECTOR]) {
      const rules = readDocuments(files, folder).flatMap((one) => (one as { rules?: object[] }).rules ?? []);
      expect(rules).to.deep.equal([{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['list'] }]);
    }
  });

  it('a function goes on for a while when its pod is to leave, before its watchdog hears of it', () => {
    for (const { metadata, spec } of everywhere) {
      const { lifecycle } = spec.template.spec.containers[0];
      const command = metadata.name === 'connector' ? undefined : ['sleep', '5'];
      expect(lifecycle?.preStop.exec.command).to.deep.equal(command);
    }
  });

  it('a pod has time for late calls and the longest answer', () => {
    const grace = everywhere.map(({ metadata, spec }) => [
      metadata.name,
      spec.template.spec.terminationGracePeriodSeconds,
    ]);
    expect(Object.fromEntries(grace)).to.deep.equal({
      ...{ enqueue: 37, dispatch: 37, 'cache-warm': 37 },
      ...{ 'mirror-sync': 70, status: 70, connector: 50 },
    });
  });

  it('the watchdog is asked for life and readiness', () => {
    for (const { spec } of everywhere) {
      const { startupProbe, readinessProbe, livenessProbe } = spec.template.spec.containers[0];
      const paths = [startupProbe, readinessProbe, livenessProbe].map(({ httpGet }) => httpGet.path);
      expect(paths).to.deep.equal(['/_/health', '/_/ready', '/_/health']);
    }
  });

  it('each secret is a file of its name; one without which the function starts may be absent', () => {
    for (const { spec } of everywhere) {
      for (const { secret } of spec.template.spec.volumes[1].projected.sources) {
        expect(secret.items).to.deep.equal([{ key: secret.name, path: secret.name }]);
        expect(secret.optional ?? false).to.equal(secret.name === 'redis-password');
      }
    }
  });

  it('beside OpenFaaS the connector calls through the gateway', () => {
    const [beside] = select(Deployment, readDocuments(files, CONNECTOR));
    const url = beside?.spec.template.spec.containers[0].env.find(({ name }) => name === 'RAIBID_FUNCTION_URL');
    expect(url?.value).to.equal('http://gateway.openfaas:8080/function/{target}{path}');
    expect(readOne(Kustomization, files, `${CONNECTOR}/kustomization.yaml`).namespace).to.equal('openfaas-fn');
  });

  for (const folder of [FUNCTIONS, CONNECTOR]) {
    it(`kustomize takes all of ${folder}, and nothing else lies there`, () => {
      const { resources, images } = readOne(Kustomization, files, `${folder}/kustomization.yaml`);
      const names = readdirSync(new URL(folder, ROOT)).sort();
      expect(names).to.deep.equal([...resources, 'kustomization.yaml'].sort());
      const used = select(Deployment, readDocuments(files, folder)).map(
        ({ spec }) => spec.template.spec.containers[0].image,
      );
      expect(images.map(({ name, newTag }) => `${name}:${newTag}`)).to.deep.equal(used);
    });
  }
});
