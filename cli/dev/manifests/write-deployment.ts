import { parseGoDuration } from '../stack/parse-go-duration.js';
import type { Manifest } from './manifest.js';
import type { Workload } from './read-workloads.js';

/** Name of the ConfigMap of settings. */
export const SETTINGS_NAME = 'raibid-settings';
const SECRETS_PATH = '/var/openfaas/secrets';
const CALLS_PORT = 8080;
const WATCHDOG_METRICS_PORT = 8081;
/** Labels that only OpenFaaS reads. */
const OPENFAAS = 'com.openfaas.';
/** What the template's image takes where nothing else is said. */
const DEFAULT_INTERVAL = '2s';
const DEFAULT_WRITE = '25s';
/** Until all nodes have heard that a pod leaves, it goes on as before; the watchdog's interval alone was too short on a busy machine. */
const FAREWELL_S = 5;
/** For the watchdog and the container runtime to end, after all calls have. */
const SPARE_S = 5;

export interface DeploymentOptions {
  /** Without these it does not start; it starts without the others. */
  readonly requiredSecrets: readonly string[];
  /** Added to its environment. */
  readonly environment?: readonly object[];
  /** With its token; without one it has no access to the API. */
  readonly serviceAccount?: string;
  /** Whether others call it. */
  readonly isCalled: boolean;
  /** Where it tells its own metrics. */
  readonly metricsPort?: number;
}

/** The labels by which Services and people find it. */
export function labelsOf({ name }: Workload): Record<string, string> {
  return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'raibid' };
}

/** The Deployment of an image behind of-watchdog. Passes Pod Security "restricted". */
export function writeDeployment(workload: Workload, options: DeploymentOptions): Manifest {
  const { name, annotations, labels } = workload;
  const { serviceAccount, isCalled, metricsPort = WATCHDOG_METRICS_PORT } = options;
  const own = Object.entries(labels).filter(([key]) => !key.startsWith(OPENFAAS));
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      labels: { ...labelsOf(workload), ...Object.fromEntries(own) },
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    spec: {
      replicas: Number(labels[`${OPENFAAS}scale.min`] ?? 1),
      // The old pod goes when the new one is ready.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      selector: { matchLabels: labelsOf(workload) },
      template: {
        metadata: {
          labels: labelsOf(workload),
          annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(metricsPort) },
        },
        spec: {
          ...(serviceAccount !== undefined && { serviceAccountName: serviceAccount }),
          automountServiceAccountToken: serviceAccount !== undefined,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: graceSeconds(workload) + (isCalled ? FAREWELL_S : 0),
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 1000,
            runAsGroup: 1000,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [writeContainer(workload, options)],
          volumes: [
            { name: 'tmp', emptyDir: {} },
            { name: 'secrets', projected: { sources: writeSecretSources(workload, options) } },
          ],
        },
      },
    },
  };
}

/** What OpenFaaS makes of the function, but for the probes, which ask for readiness and life by their own names. */
function writeContainer(workload: Workload, { isCalled, environment = [] }: DeploymentOptions): object {
  const { name, image, requests, limits, readOnly } = workload;
  const fixed = Object.entries(workload.environment).map(([key, value]) => ({ name: key, value }));
  const probe = (path: string) => ({ httpGet: { path, port: 'http' } });
  return {
    name,
    image,
    ports: [
      { name: 'http', containerPort: CALLS_PORT },
      { name: 'metrics', containerPort: WATCHDOG_METRICS_PORT },
    ],
    envFrom: [{ configMapRef: { name: SETTINGS_NAME } }],
    ...(fixed.length + environment.length > 0 && { env: [...fixed, ...environment] }),
    startupProbe: { ...probe('/_/health'), periodSeconds: 1, failureThreshold: 60 },
    readinessProbe: { ...probe('/_/ready'), periodSeconds: 2, timeoutSeconds: 2 },
    livenessProbe: { ...probe('/_/health'), periodSeconds: 10, timeoutSeconds: 5 },
    ...(isCalled && { lifecycle: { preStop: { exec: { command: ['sleep', String(FAREWELL_S)] } } } }),
    resources: { requests, limits },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: readOnly,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'secrets', mountPath: SECRETS_PATH, readOnly: true },
    ],
  };
}

/** One file for each secret, of its name. */
function writeSecretSources({ secrets }: Workload, { requiredSecrets }: DeploymentOptions): object[] {
  return secrets.map((name) => ({
    secret: { name, items: [{ key: name, path: name }], ...(!requiredSecrets.includes(name) && { optional: true }) },
  }));
}

/** Late calls are taken for the interval, and what is open may take as long as an answer may. */
function graceSeconds({ environment, name }: Workload): number {
  const seconds = (key: string, otherwise: string) => {
    const ms = parseGoDuration(environment[key] ?? otherwise);
    if (ms === null) throw new Error(`${name}: ${key} is no duration`);
    return Math.ceil(ms / 1000);
  };
  return seconds('healthcheck_interval', DEFAULT_INTERVAL) + seconds('write_timeout', DEFAULT_WRITE) + SPARE_S;
}
