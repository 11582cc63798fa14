import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '#lib/errors.js';
import { isConcerned } from './annotations.js';
import type { Discovered, ListFunctions } from './discovered.js';

const TIMEOUT_MS = 10_000;

const Namespaces = z.array(z.string()).nullable();
const FunctionStatuses = z
  .array(
    z.object({
      name: z.string(),
      namespace: z.string().default(''),
      annotations: z.record(z.string(), z.string()).nullish(),
    }),
  )
  .nullable();

export interface GatewayOptions {
  readonly url: string;
  /** Directory of basic-auth-user and basic-auth-password, read at each use; null without authentication. */
  readonly secretsDirectory: string | null;
}

/** Functions as OpenFaaS' gateway lists them, of all namespaces that it has. */
export function listFromGateway({ url, secretsDirectory }: GatewayOptions): ListFunctions {
  async function ask(path: string, authorization: string | null): Promise<{ status: number; text: string }> {
    const headers = new Headers(authorization === null ? [] : [['Authorization', authorization]]);
    const answer = await fetch(url.replace(/\/$/, '') + path, {
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: answer.status, text: await answer.text() };
  }

  return async () => {
    const authorization = secretsDirectory === null ? null : await readBasicAuth(secretsDirectory);
    const told = await ask('/system/namespaces', authorization);
    // Not every provider knows of namespaces.
    const namespaces = told.status === 200 ? parse(Namespaces, told.text, '/system/namespaces') : null;
    const queries = namespaces?.map((namespace) => `?namespace=${encodeURIComponent(namespace)}`) ?? [];
    const found: Discovered[] = [];
    for (const query of queries.length === 0 ? [''] : queries) {
      const path = `/system/functions${query}`;
      const { status, text } = await ask(path, authorization).catch((cause: unknown) => {
        throw new Error(`${path}: ${describe(cause)}; without its Prometheus the gateway gives no answer here`, {
          cause,
        });
      });
      if (status !== 200) throw new Error(`the gateway answers ${status} to ${path}: ${text.trim().slice(0, 200)}`);
      for (const { annotations, ...fn } of parse(FunctionStatuses, text, path) ?? []) {
        if (isConcerned(annotations ?? {})) found.push({ ...fn, annotations: annotations ?? {} });
      }
    }
    return found;
  };
}

async function readBasicAuth(directory: string): Promise<string> {
  const read = async (name: string) => (await readFile(join(directory, name), 'utf8')).trim();
  const user = await read('basic-auth-user');
  const password = await read('basic-auth-password');
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function parse<T>(schema: z.ZodType<T>, text: string, path: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`the gateway answers nothing that makes sense to ${path}`, { cause });
  }
}

/** fetch says only that it failed; its cause says why. */
function describe(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
}
