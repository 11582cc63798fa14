import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { messageOf } from '#lib/errors.js';
import type { Client } from '../../client.js';
import { EXIT } from '../../exit-code.js';
import type { Terminal } from '../../ui/terminal.js';
import { checkName, deriveName } from './derive-name.js';

export interface AddMirrorOptions {
  readonly upstream: string;
  readonly name?: string;
  readonly tags: readonly string[];
  /** Most jobs of the repository at once. */
  readonly limit?: number;
  readonly build?: boolean;
  readonly showSecret?: boolean;
  readonly terminal: Terminal;
  readonly client: Pick<Client, 'saveMirror' | 'locate'>;
  /** The data directory of the platform; null when the platform was named by RAIBID_URL. */
  readonly home: string | null;
}

/** Makes a mirror and prints what to enter in GitHub's webhook form. */
export async function addMirror(options: AddMirrorOptions): Promise<number> {
  const { tags, limit, build = false, terminal, client } = options;
  // The platform does not know our working directory.
  const upstream = isLocalPath(options.upstream) ? resolve(options.upstream) : options.upstream;
  const repo = options.name === undefined ? deriveName(upstream) : checkName(options.name);
  await client.saveMirror(repo, {
    upstream,
    build,
    ...(tags.length > 0 && { tags }),
    ...(limit !== undefined && { limit }),
  });
  terminal.say(`mirrored ${repo}${build ? '; its default branch is being built' : '; the next push is built'}`);
  terminal.say('');
  const { url } = await client.locate();
  for (const line of await describeWebhook(url, repo, options)) terminal.print(line);
  return EXIT.ok;
}

function isLocalPath(upstream: string): boolean {
  return /^\.{0,2}\//.test(upstream) || (!/^[^/]*:/.test(upstream) && existsSync(upstream));
}

async function describeWebhook(url: string, repo: string, options: AddMirrorOptions): Promise<string[]> {
  return [
    `Enter this in GitHub, ${repo}, Settings, Webhooks, Add webhook:`,
    `  Payload URL   ${url}/function/mirror-sync`,
    '  Content type  application/json',
    `  Secret        ${await describeSecret(options)}`,
    '  Events        Pushes, and Branch or tag deletion',
    'The Payload URL must be reachable from GitHub: put your public address or tunnel in place of the host.',
  ];
}

async function describeSecret({ home, showSecret = false }: AddMirrorOptions): Promise<string> {
  if (home === null) return 'the content of webhook-secret among the secrets of the platform';
  const path = join(home, 'secrets', 'webhook-secret');
  if (!showSecret) return `the content of ${path}`;
  return readFile(path, 'utf8').then(
    (secret) => secret.trim(),
    (error: unknown) => `the content of ${path} (it can't be read: ${messageOf(error)})`,
  );
}
