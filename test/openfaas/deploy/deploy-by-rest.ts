import { readFile } from 'node:fs/promises';
import { readStack, type StackFunction } from '../../../cli/dev/stack/read-stack.js';
import { entriesOf, textOf, textsOf, type Value, valueOf } from '../../../cli/dev/stack/value.js';
import type { FunctionDeployment, Gateway } from '../gateway.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Deploys the functions of a stack file, whose images must be there, as faas-cli would. */
export async function deployByRest(file: URL, env: Environment, gateway: Gateway): Promise<void> {
  const { stack } = readStack(await readFile(file, 'utf8'), { kind: 'functions', env: { ...process.env, ...env } });
  for (const fn of stack.functions) await gateway.deploy(toDeployment(fn, env['RAIBID_BUILD'] ?? ''));
}

function toDeployment({ name, value }: StackFunction, build: string): FunctionDeployment {
  return {
    service: name,
    image: textOf(value, 'image') ?? '',
    envVars: { ...textsByKey(valueOf(value, 'environment')), RAIBID_BUILD: build },
    secrets: textsOf(value, 'secrets').map(({ text }) => text),
    labels: textsByKey(valueOf(value, 'labels')),
    annotations: textsByKey(valueOf(value, 'annotations')),
    readOnlyRootFilesystem: textOf(value, 'readonly_root_filesystem') === 'true',
    limits: textsByKey(valueOf(value, 'limits')),
    requests: textsByKey(valueOf(value, 'requests')),
  };
}

function textsByKey(value: Value | undefined): Record<string, string> {
  return Object.fromEntries(
    entriesOf(value).flatMap(({ key, value: one }) => (one.kind === 'text' ? [[key, one.text]] : [])),
  );
}
