import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { substitute } from '../../cli/dev/stack/substitute.js';

const SKIPPED = new Set(['build', 'template']);

export interface FunctionBuild {
  /** Folder of the template. */
  readonly template: string;
  /** Folder of the function. */
  readonly handler: string;
  /** `configuration.copy`: paths below `root`. */
  readonly copy: readonly string[];
}

/**
 * Makes the folder that the Docker engine gets, by the rules of faas-cli: the template, over it the function's folder in `function/`
 * (without a `build` or `template` at its top), over that each copied path under its own name. Links are followed.
 */
export async function assembleContext(
  target: string,
  { template, handler, copy }: FunctionBuild,
  root: string,
): Promise<void> {
  await rm(target, { recursive: true, force: true });
  await copyPath(template, target);
  await mkdir(join(target, 'function'), { recursive: true });
  for (const name of await readdir(handler)) {
    if (!SKIPPED.has(name)) await copyPath(join(handler, name), join(target, 'function', name));
  }
  for (const path of copy) {
    const from = resolve(root, path);
    if (!from.startsWith(resolve(root) + sep)) throw new Error(`${path} is not below ${root}`);
    await copyPath(from, join(target, 'function', path));
  }
}

function copyPath(from: string, to: string): Promise<void> {
  return cp(from, to, { recursive: true, dereference: true, force: true });
}

const StackFile = z.object({
  configuration: z.object({ copy: z.array(z.string()).default([]) }),
  functions: z.record(
    z.string(),
    z.object({ lang: z.string(), handler: z.string(), build_options: z.array(z.string()).default([]) }),
  ),
});
const TemplateFile = z.object({
  build_options: z.array(z.object({ name: z.string(), packages: z.array(z.string()) })),
});

export interface StackBuild extends FunctionBuild {
  readonly name: string;
  /** What its build options bring: the build argument ADDITIONAL_PACKAGE. */
  readonly packages: readonly string[];
}

/** The functions of a stack file of `root`, as faas-cli builds them. */
export async function readBuilds(root: string, file: string): Promise<StackBuild[]> {
  const { configuration, functions } = StackFile.parse(parse(substitute(await read(root, file), {}).text));
  return Promise.all(
    Object.entries(functions).map(async ([name, { lang, handler, build_options: wanted }]) => {
      const template = join(root, 'template', lang);
      const { build_options: options } = TemplateFile.parse(parse(await read(template, 'template.yml')));
      const asked = options.filter((option) => wanted.includes(option.name)).flatMap((option) => option.packages);
      // In faas-cli's order, for the same layer as its own.
      const packages = [...new Set(asked)].sort();
      return { name, template, handler: join(root, handler), copy: configuration.copy, packages };
    }),
  );
}

function read(directory: string, name: string): Promise<string> {
  return readFile(join(directory, name), 'utf8');
}
