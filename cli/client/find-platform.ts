import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { messageOf, RaibidError } from '#lib/errors.js';

type Env = Readonly<Record<string, string | undefined>>;

/** Where the platform is and how to prove who asks. */
export interface Platform {
  /** Without a slash at the end. */
  readonly url: string;
  readonly token: string;
}

const Url = z.url({ protocol: /^https?$/ });
const PlatformFile = z.object({ pid: z.int().positive(), url: Url });

/** The data directory: --data, RAIBID_HOME, or the XDG data directory. */
export function findHome({ data, env, home = homedir() }: { data?: string; env: Env; home?: string }): string {
  const named = data ?? (env['RAIBID_HOME'] || undefined);
  if (named !== undefined) return resolve(named);
  const xdg = env['XDG_DATA_HOME']?.startsWith('/') ? env['XDG_DATA_HOME'] : join(home, '.local', 'share');
  return join(xdg, 'raibid');
}

/**
 * --data wins over RAIBID_URL, which wins over the default directory. The token of a directory is only sent to the
 * platform of that directory. Throws platform-unreachable, config-invalid, unauthorized.
 */
export async function findPlatform({ data, env }: { data?: string; env: Env }): Promise<Platform> {
  const token = env['RAIBID_TOKEN']?.trim() || undefined;
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new RaibidError('unauthorized', 'RAIBID_TOKEN is not one token: it holds white space or odd characters', {
      hint: 'While a secret is being changed its file has two lines; take the first.',
    });
  }
  const named = env['RAIBID_URL'];
  if (data === undefined && named) {
    const url = Url.safeParse(named);
    if (!url.success) {
      throw new RaibidError('config-invalid', `RAIBID_URL is not an http or https URL: ${named}`, {
        hint: 'It looks like http://127.0.0.1:8080.',
      });
    }
    const there = url.data.replace(/\/+$/, '');
    if (token !== undefined) return { url: there, token };
    // The same platform as that of the directory, only named by its URL.
    const home = findHome({ env });
    if ((await readUrl(home).catch(() => null)) !== there) {
      throw new RaibidError('unauthorized', 'RAIBID_URL is set, and RAIBID_TOKEN is not', {
        hint: 'Set RAIBID_TOKEN to a token of that platform; raibid token create makes one.',
      });
    }
    return { url: there, token: await readToken(home) };
  }
  const home = findHome({ env, ...(data !== undefined && { data }) });
  const url = await readUrl(home);
  return { url, token: token ?? (await readToken(home)) };
}

async function readUrl(home: string): Promise<string> {
  const hint = 'Start it with raibid up, or say where it is with --data DIR or RAIBID_URL.';
  const text = await readFile(join(home, 'platform.json'), 'utf8').catch(() => null);
  if (text === null) throw new RaibidError('platform-unreachable', `no platform runs on ${home}`, { hint });
  const file = PlatformFile.safeParse(parseJson(text));
  if (!file.success)
    throw new RaibidError('platform-unreachable', `${join(home, 'platform.json')} is broken`, { hint });
  // A port of a dead platform may belong to a stranger by now, who must not get the token.
  if (!isAlive(file.data.pid)) {
    throw new RaibidError('platform-unreachable', `the platform on ${home} is gone (it was process ${file.data.pid})`, {
      hint,
    });
  }
  return file.data.url.replace(/\/+$/, '');
}

async function readToken(home: string): Promise<string> {
  const path = join(home, 'secrets', 'admin-token');
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    throw new RaibidError('secret-missing', `the token can't be read from ${path}: ${messageOf(cause)}`, { cause });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
