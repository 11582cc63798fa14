import type { Manifest } from './manifest.js';
import type { Workload } from './read-workloads.js';
import { labelsOf } from './write-deployment.js';

/** The Service of a function. */
export function writeService(workload: Workload): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: workload.name, labels: labelsOf(workload) },
    spec: { selector: labelsOf(workload), ports: [{ name: 'http', port: 8080, targetPort: 'http' }] },
  };
}

/** The paths of OpenFaaS' gateway. Nothing is rewritten, which each controller would do in its own way: functions take the prefix off. */
export function writeIngress(workloads: readonly Workload[]): Manifest {
  const paths = workloads.map(({ name }) => ({
    path: `/function/${name}`,
    pathType: 'Prefix',
    backend: { service: { name, port: { name: 'http' } } },
  }));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'functions', labels: { 'app.kubernetes.io/part-of': 'raibid' } },
    spec: { rules: [{ http: { paths } }] },
  };
}
