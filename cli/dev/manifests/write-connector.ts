import type { Manifest } from './manifest.js';
import type { Workload } from './read-workloads.js';
import { labelsOf, writeDeployment } from './write-deployment.js';

/** Nothing is signed without it. */
const REQUIRED_SECRETS = ['connector-secret'];
/** Here it tells its own metrics; the watchdog's are elsewhere. */
const METRICS_PORT = 8080;

/** The connector, which finds functions by the annotations of the Deployments beside it, and the right to list those. */
export function writeConnector(workload: Workload, functionUrl: string | null): Manifest[] {
  const { name } = workload;
  const metadata = { name, labels: labelsOf(workload) };
  const rbac = 'rbac.authorization.k8s.io';
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'Role',
      metadata,
      rules: [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['list'] }],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: rbac, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name }],
    },
    writeDeployment(workload, {
      requiredSecrets: REQUIRED_SECRETS,
      isCalled: false,
      serviceAccount: name,
      metricsPort: METRICS_PORT,
      environment: [
        { name: 'RAIBID_DISCOVER', value: 'kubernetes' },
        ...(functionUrl === null ? [] : [{ name: 'RAIBID_FUNCTION_URL', value: functionUrl }]),
        // Its own, whatever an overlay makes of it.
        { name: 'function_namespace', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
      ],
    }),
  ];
}
