import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { execa } from 'execa';
import { assembleContext, type FunctionBuild } from '../build-context.js';
import { findFreePort } from '../free-port.js';
import { realTools } from '../real-tools.js';
import { ROOT } from './build-function.js';
import { readRecipe } from './dockerfile.js';
import { follow, isHealthy, type RunningFunction, waitForMetricsPort } from './run-function.js';

export interface BuiltImage {
  readonly tag: string;
  /** Bytes over the node image that it stands on. */
  readonly added: number;
}

/** Builds an image as faas-cli does. Its tag and its layers stay: another run finds what hasn't changed. */
export async function buildImage(
  directory: string,
  name: string,
  build: FunctionBuild,
  packages: readonly string[] = [],
): Promise<BuiltImage> {
  const context = join(directory, name);
  await assembleContext(context, build, ROOT);
  const tag = `raibid-test/${name}:latest`;
  const args = ['--build-arg', `ADDITIONAL_PACKAGE=${packages.join(' ')}`, '--tag', tag, '.'];
  await docker(['build', ...args], context);
  const { args: defaults } = await readRecipe(context);
  const [size, base] = await Promise.all([readSize(tag), readSize(defaults['NODE_IMAGE'] ?? '')]);
  return { tag, added: size - base };
}

/** Runs an image as a careful cluster does: read-only, as some user, with nothing but /tmp to write to. */
export async function startContainer(
  { tag }: BuiltImage,
  { user, env = {}, mounts = [] }: { user: number; env?: Readonly<Record<string, string>>; mounts?: readonly string[] },
): Promise<RunningFunction> {
  await waitForMetricsPort();
  const name = `raibid-test-${randomUUID()}`;
  const port = await findFreePort();
  const all = { port: String(port), upstream_url: `http://127.0.0.1:${await findFreePort()}`, ...env };
  const options = ['--rm', '--name', name, '--read-only', '--user', `${user}:${user}`, '--tmpfs', '/tmp'];
  options.push('--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--network', 'host');
  for (const [key, value] of Object.entries(all)) options.push('--env', `${key}=${value}`);
  for (const mount of mounts) options.push('--volume', mount);
  const child = spawn(engine(), ['run', ...options, tag], { stdio: ['ignore', 'pipe', 'pipe'] });
  const url = `http://127.0.0.1:${port}`;
  return follow(child, {
    url,
    isReady: () => isHealthy(url),
    // It is gone already when it ended by itself.
    endIt: () => execa(engine(), ['rm', '--force', name], { reject: false }),
  });
}

async function readSize(image: string): Promise<number> {
  return Number(await docker(['image', 'inspect', '--format', '{{.Size}}', image]));
}

async function docker(args: readonly string[], cwd?: string): Promise<string> {
  const { stdout } = await execa(engine(), args, cwd === undefined ? {} : { cwd });
  return stdout;
}

function engine(): string {
  if (realTools.docker === null) throw new Error('there is no Docker engine');
  return realTools.docker;
}
