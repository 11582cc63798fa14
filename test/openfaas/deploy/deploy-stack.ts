import { execa } from 'execa';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../../support/real-tools.js';
import type { Gateway } from '../gateway.js';
import type { ProofSettings } from '../settings.js';
import { deployByRest } from './deploy-by-rest.js';

const ROOT = new URL('../../../', import.meta.url);

/** Builds, pushes and deploys stack.yml under `build`, with faas-cli where it is, else what is built already by the gateway's API. */
export async function deployStack(
  { gateway: { url, user, password }, redis, images }: ProofSettings,
  gateway: Gateway,
  build: string,
): Promise<string> {
  const variables = {
    OPENFAAS_URL: url,
    RAIBID_REDIS_URL: redis.fromCluster,
    RAIBID_IMAGES: images,
    RAIBID_LOG_LEVEL: 'info',
  };
  if (findProgram('faas-cli') === null) {
    await deployByRest(new URL('stack.yml', ROOT), { ...variables, RAIBID_BUILD: build }, gateway);
    return 'the gateway’s API, with the images that are there (faas-cli is not on PATH)';
  }
  const config = await mkdtemp(join(tmpdir(), 'raibid-faas-'));
  const env = { ...variables, RAIBID_TAG: build, RAIBID_BUILD: build, OPENFAAS_CONFIG: config };
  try {
    const login = ['login', '--gateway', url, '--username', user, '--password-stdin'];
    await execa('faas-cli', login, { env, cwd: ROOT, input: password });
    await execa('faas-cli', ['up', '--yaml', 'stack.yml', '--parallel', '2'], { env, cwd: ROOT, stdin: 'ignore' });
  } finally {
    await rm(config, { recursive: true, force: true });
  }
  return 'faas-cli up';
}
