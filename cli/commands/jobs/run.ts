import { randomUUID } from 'node:crypto';
import { RaibidError } from '#lib/errors.js';
import { EXIT } from '../../exit-code.js';
import type { Client } from '../../client.js';
import type { Terminal } from '../../ui/terminal.js';
import { watchJobs } from './watch-jobs.js';

export interface RunJobOptions {
  readonly repo: string;
  readonly ref?: string;
  readonly sha?: string;
  /** `K=V` each. */
  readonly env: readonly string[];
  readonly priority?: number;
  readonly watch?: boolean;
  readonly terminal: Terminal;
  readonly client: Pick<Client, 'runJob' | 'followStatus' | 'showJob'>;
  readonly random: () => number;
  readonly now: () => number;
  readonly interrupt: () => AbortSignal;
}

/** Prints the ids of the new jobs; with --watch stays until they end, and the exit code is theirs. */
export async function runJob(options: RunJobOptions): Promise<number> {
  const { repo, ref, sha, priority, terminal, client } = options;
  const env = parseEnv(options.env);
  const request = {
    repo,
    ...(ref !== undefined && { ref }),
    ...(sha !== undefined && { sha }),
    ...(priority !== undefined && { priority }),
    ...(options.env.length > 0 && { env }),
  };
  const { jobs } = await client.runJob(request, randomUUID());
  const ids = jobs.map(({ id }) => id);
  if (options.watch) return watchJobs({ ...options, ids });
  for (const id of ids) terminal.print(id);
  for (const id of ids) terminal.say(`follow it: raibid logs ${id} -f`);
  return EXIT.ok;
}

export function parseEnv(pairs: readonly string[]): Record<string, string> {
  const env: Record<string, string> = {};
  for (const pair of pairs) {
    const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(pair) ?? [];
    if (name === undefined || value === undefined) {
      throw new RaibidError('usage', `--env "${pair.split('=')[0]}" is not NAME=VALUE`, {
        hint: 'Names are letters, digits and "_", as in --env RUST_LOG=debug.',
      });
    }
    env[name] = value;
  }
  return env;
}
