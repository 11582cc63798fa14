import { z } from 'zod';

export interface Deployment {
  readonly name: string;
  readonly namespace: string;
  readonly annotations: Readonly<Record<string, string>>;
}

const DeploymentList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        namespace: z.string(),
        annotations: z.record(z.string(), z.string()).default({}),
      }),
    }),
  ),
});
const Status = z.object({ message: z.string() });

/** The Deployments of a namespace. Rejects with what the API server says when it refuses. */
export async function listDeployments(namespace: string): Promise<Deployment[]> {
  // Loaded by those who have a cluster only.
  const { readCluster } = await import('./open-cluster.js');
  const { status, body } = await readCluster(`/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/deployments`);
  const answer = parseJson(body);
  if (status !== 200) {
    const { message = '' } = Status.safeParse(answer).data ?? {};
    throw new Error(`the API server answers ${status} ${message}`.trimEnd());
  }
  const parsed = DeploymentList.safeParse(answer);
  if (!parsed.success) throw new Error('the API server answers with no list of Deployments');
  return parsed.data.items.map(({ metadata }) => metadata);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
