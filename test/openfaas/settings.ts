import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** What the proof is told by its environment; `npm run test:openfaas -- --help` prints this. */
const Environment = z.object({
  OPENFAAS_URL: z.url().transform(withoutSlash).describe('the gateway'),
  OPENFAAS_USER: z.string().default('admin').describe('its user'),
  OPENFAAS_PASSWORD: z.string().optional().describe('its password; or OPENFAAS_PASSWORD_FILE'),
  OPENFAAS_PASSWORD_FILE: z.string().optional().describe('a file that holds it'),
  RAIBID_REDIS_URL: z.url().describe('Redis as the cluster reaches it, without a password'),
  RAIBID_PROOF_REDIS_URL: z.string().optional().describe('the same Redis as this machine reaches it, if that differs'),
  RAIBID_REDIS_PASSWORD: z.string().min(1).describe('its password'),
  RAIBID_PROOF_UPSTREAM: z
    .url()
    .default('https://github.com/octocat/Hello-World')
    .describe('a git repository that the cluster and this machine reach by https; it is only read'),
  RAIBID_IMAGES: z.string().default('localhost:5001/raibid').describe('where images are pushed to and pulled from'),
  OPENFAAS_FUNCTION_NAMESPACE: z.string().default('openfaas-fn').describe('where kubectl finds the pods'),
});

export interface ProofSettings {
  readonly gateway: { readonly url: string; readonly user: string; readonly password: string };
  readonly redis: { readonly fromCluster: string; readonly fromHere: string; readonly password: string };
  readonly upstream: string;
  readonly images: string;
  readonly namespace: string;
}

/** Reads the settings, or throws an error that names what is missing. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): ProofSettings {
  const parsed = Environment.safeParse(env);
  if (!parsed.success) {
    throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'));
  }
  const { data } = parsed;
  const file = data.OPENFAAS_PASSWORD_FILE;
  const password = data.OPENFAAS_PASSWORD ?? (file === undefined ? undefined : readFileSync(file, 'utf8').trim());
  if (password === undefined) throw new Error('OPENFAAS_PASSWORD or OPENFAAS_PASSWORD_FILE is needed');
  return {
    gateway: { url: data.OPENFAAS_URL, user: data.OPENFAAS_USER, password },
    redis: {
      fromCluster: data.RAIBID_REDIS_URL,
      fromHere: data.RAIBID_PROOF_REDIS_URL ?? data.RAIBID_REDIS_URL,
      password: data.RAIBID_REDIS_PASSWORD,
    },
    upstream: data.RAIBID_PROOF_UPSTREAM,
    images: data.RAIBID_IMAGES,
    namespace: data.OPENFAAS_FUNCTION_NAMESPACE,
  };
}

export function describeSettings(): string {
  const lines = Object.entries(Environment.shape).map(([name, schema]) => `  ${name}  ${schema.description ?? ''}`);
  return `npm run test:openfaas, with these in the environment:\n${lines.join('\n')}`;
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
