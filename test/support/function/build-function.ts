import { readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { assembleContext, type FunctionBuild, readBuilds, type StackBuild } from '../build-context.js';
import { readRecipe } from './dockerfile.js';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const TEMPLATE = join(ROOT, 'template/typescript');

/** The function that does what a test asks for, as somebody outside of this project would have it. */
export const PROBE: FunctionBuild = {
  template: TEMPLATE,
  handler: join(ROOT, 'test/support/function/probe'),
  copy: [],
};

/** What `faas-cli new` lays down. */
export const SAMPLE: FunctionBuild = { template: TEMPLATE, handler: join(TEMPLATE, 'function'), copy: [] };

/** All that the stack files build by the template: functions, and the connector. */
export async function readAllBuilds(): Promise<StackBuild[]> {
  return (await Promise.all(['stack.yml', 'connector.yml'].map((file) => readBuilds(ROOT, file)))).flat();
}

/** One of them, by its name. */
export async function findBuild(name: string): Promise<StackBuild> {
  const found = (await readAllBuilds()).find((build) => build.name === name);
  if (!found) throw new Error(`no stack file has ${name}`);
  return found;
}

/**
 * Builds a function as its Dockerfile does, in `directory`; this checkout's packages stand in for npm ci. Answers the folder with what
 * the image would hold.
 */
export async function buildFunction(
  directory: string,
  build: FunctionBuild,
  { check = true }: { check?: boolean } = {},
): Promise<string> {
  await assembleContext(directory, build, ROOT);
  await symlink(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  const { bundle } = await readRecipe(directory);
  // The types of the functions here are checked with all others: once is enough where nothing else is to be seen.
  const command = check ? bundle : bundle.replace(/^.*&& /, '');
  const path = `${join(process.execPath, '..')}:${process.env['PATH'] ?? ''}`;
  await execa('sh', ['-c', command], { cwd: directory, env: { PATH: path } });
  const out = join(directory, 'out');
  const built = (await readdir(out)).sort();
  if (built.join() !== 'index.mjs,index.mjs.map') throw new Error(`built ${built.join()}`);
  return out;
}
