import { hostname } from 'node:os';
import { z } from 'zod';
import { Config, readSettings } from '#lib/config.js';
import { Duration } from '#lib/core/duration.js';
import { checkUrlTemplate } from './discover/function-url.js';

const UrlTemplate = z.string().superRefine((template, context) => {
  const problem = template === '' ? null : checkUrlTemplate(template);
  if (problem !== null) context.addIssue({ code: 'custom', message: problem });
});

/** The connector's settings, besides those it shares with functions. Names in small letters are OpenFaaS'. */
export const ConnectorConfig = z.object({
  RAIBID_DISCOVER: z
    .enum(['gateway', 'kubernetes', 'file'])
    .default('gateway')
    .describe("Who tells of functions: OpenFaaS' gateway, Deployments of Kubernetes, or RAIBID_FUNCTIONS_FILE"),
  RAIBID_FUNCTIONS_FILE: z
    .string()
    .default('/etc/raibid/functions.yml')
    .describe('Functions with their annotations, in the format of stack.yml'),
  RAIBID_FUNCTION_URL: UrlTemplate.default('').describe(
    'Where functions are called, with {name}, {namespace}, {target} and {path}; empty: `<gateway_url>/function/{target}{path}`, by RAIBID_DISCOVER=kubernetes `http://{name}.{namespace}:8080{path}`',
  ),
  RAIBID_CONSUMER: z
    .string()
    .default('')
    .describe(
      "Name among the connector's replicas, of its own and the same after a restart; empty: the name of the host, which is the pod's",
    ),
  RAIBID_DRAIN: Duration.prefault('20s').describe('How long a connector that is told to end waits for open calls'),
  gateway_url: z
    .url({ protocol: /^https?$/ })
    .default('http://gateway.openfaas:8080')
    .describe("OpenFaaS' gateway"),
  function_namespace: z
    .string()
    .min(1)
    .default('openfaas-fn')
    .describe('Namespace whose functions go by their bare name; the one that RAIBID_DISCOVER=kubernetes looks at'),
  rebuild_interval: Duration.prefault('10s').describe('Time between two looks for functions'),
  upstream_timeout: Duration.prefault('60s').describe(
    'A call without an answer after this has failed, unless raibid.dev/timeout says otherwise',
  ),
  topic_delimiter: z
    .string()
    .default('')
    .describe('Separates several topics in one annotation; empty: there is one only'),
  basic_auth: z.stringbool().default(true).describe('Whether the gateway wants a user and a password'),
  secret_mount_path: z
    .string()
    .default('/var/secrets')
    .describe('Directory with the files basic-auth-user and basic-auth-password'),
});

/** All that its environment may say. */
export const ConnectorSettings = ConnectorConfig.extend({
  RAIBID_REDIS_URL: Config.shape.RAIBID_REDIS_URL,
  RAIBID_SECRETS_DIR: Config.shape.RAIBID_SECRETS_DIR,
  RAIBID_BUILD: Config.shape.RAIBID_BUILD,
  RAIBID_LOG_LEVEL: Config.shape.RAIBID_LOG_LEVEL,
});
export type ConnectorSettings = z.infer<typeof ConnectorSettings>;

const DIRECT_URL = 'http://{name}.{namespace}:8080{path}';

/** Reads the environment, with everything that depends on something else filled in. Throws config-invalid. */
export function readConnectorSettings(env: Readonly<Record<string, string | undefined>>): ConnectorSettings {
  const settings = readSettings(ConnectorSettings, env);
  const viaGateway = `${settings.gateway_url.replace(/\/$/, '')}/function/{target}{path}`;
  const url = settings.RAIBID_DISCOVER === 'kubernetes' ? DIRECT_URL : viaGateway;
  return {
    ...settings,
    RAIBID_FUNCTION_URL: settings.RAIBID_FUNCTION_URL || url,
    RAIBID_CONSUMER: settings.RAIBID_CONSUMER || hostname(),
  };
}
