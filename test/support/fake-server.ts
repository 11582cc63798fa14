import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A real HTTP server in the place of another one: GETs by path and query, everything else as told. */
export interface FakeServer {
  readonly url: string;
  /** Path and query of each GET, and who asked. */
  readonly asked: { readonly path: string; readonly authorization: string | undefined }[];
  /** What a path answers from now on; null cuts the connection. */
  set(path: string, answer: { readonly status: number; readonly body: unknown } | null): void;
  close(): Promise<void>;
}

export async function startFakeServer(
  answers: Readonly<Record<string, unknown>>,
  onPost: RequestListener = (_req, res) => res.end(),
): Promise<FakeServer> {
  const known = new Map(Object.entries(answers).map(([path, body]) => [path, { status: 200, body }] as const));
  const changed = new Map<string, { status: number; body: unknown } | null>();
  const asked: FakeServer['asked'] = [];
  const server = createServer((req, res) => {
    if (req.method !== 'GET') return onPost(req, res);
    const path = req.url ?? '';
    asked.push({ path, authorization: req.headers.authorization });
    const answer = changed.has(path) ? changed.get(path) : known.get(path);
    if (answer === null) return void res.destroy();
    const { status, body } = answer ?? { status: 404, body: { message: 'not found' } };
    res.writeHead(status, { 'Content-Type': 'application/json' });
    res.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    // A listening TCP server has such an address.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    set: (path, answer) => void changed.set(path, answer),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** An element of GET /system/functions as OpenFaaS CE gives it. */
export function functionStatus(
  name: string,
  annotations: Readonly<Record<string, string>> | null,
  namespace = 'openfaas-fn',
) {
  return {
    name,
    image: `registry.example/${name}:1`,
    namespace,
    envProcess: '',
    labels: { faas_function: name, uid: '302563461' },
    ...(annotations && { annotations: { 'prometheus.io.scrape': 'false', ...annotations } }),
    replicas: 1,
    availableReplicas: 1,
    invocationCount: 7,
    createdAt: '2026-05-13T08:00:00Z',
    usage: { cpu: 0, totalMemoryBytes: 0 },
  };
}

/** A DeploymentList of the Kubernetes API, cut to what there is in each. */
export function deploymentList(
  deployments: Readonly<Record<string, Readonly<Record<string, string>> | null>>,
  namespace: string,
) {
  return {
    kind: 'DeploymentList',
    apiVersion: 'apps/v1',
    metadata: { resourceVersion: '1234' },
    items: Object.entries(deployments).map(([name, annotations]) => ({
      metadata: {
        name,
        namespace,
        uid: '6a4b0f3e-0000-4000-8000-000000000000',
        resourceVersion: '1200',
        generation: 1,
        creationTimestamp: '2026-05-13T08:00:00Z',
        labels: { faas_function: name },
        ...(annotations && { annotations: { 'deployment.kubernetes.io/revision': '1', ...annotations } }),
      },
      spec: { replicas: 1, template: { spec: { containers: [{ name, image: `registry.example/${name}:1` }] } } },
      status: { replicas: 1, readyReplicas: 1 },
    })),
  };
}
