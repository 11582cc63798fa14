import { z } from 'zod';
import { RaibidError } from './errors.js';

/** Every setting of functions, connector and agent, read from the environment; docs/reference/config.md is generated from this. */
export const Config = z.object({
  RAIBID_REDIS_URL: z
    .string()
    .default('redis://127.0.0.1:6379')
    .describe('Redis of the queue: redis:// URL, or the path of a unix socket'),
  RAIBID_SECRETS_DIR: z.string().default('/var/openfaas/secrets').describe('Directory with one file per secret'),
  RAIBID_MIRRORS_DIR: z.string().default('/tmp/mirrors').describe('Bare repositories of the mirrors'),
  RAIBID_SHARED_MIRRORS: z
    .stringbool()
    .default(false)
    .describe('All functions and agents see the same RAIBID_MIRRORS_DIR; else each fetches from upstream for itself'),
  RAIBID_ARCHIVE_DIR: z
    .string()
    .default('')
    .describe(
      'Logs that have left Redis, a directory that dispatch and status share; empty: they stay while there is room',
    ),
  RAIBID_WORK_DIR: z.string().default('/var/lib/raibid/work').describe('Workspaces of the agents'),
  RAIBID_CARGO_HOME: z.string().default('/var/lib/raibid/cargo').describe('CARGO_HOME that all agents share'),
  RAIBID_LOCAL: z.stringbool().default(false).describe('Local mode: upstreams may be file:// URLs and paths'),
  RAIBID_BUILD: z.string().default('').describe('Name of the build, told by /healthz in X-Raibid-Build'),
  RAIBID_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').describe('What is logged'),
});
export type Config = z.infer<typeof Config>;

/** Reads the configuration; an invalid setting is an error that names it. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  return readSettings(Config, env);
}

/** The settings of a schema; throws config-invalid, which names every setting that is wrong. */
export function readSettings<S extends z.ZodType>(
  schema: S,
  env: Readonly<Record<string, string | undefined>>,
): z.output<S> {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new RaibidError('config-invalid', problems.join('; '));
}
