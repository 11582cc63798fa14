import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { messageOf, RaibidError } from '#lib/errors.js';

/** Where everything of one local platform lies; the paths are absolute. */
export interface DataDirectory {
  readonly root: string;
  readonly secrets: string;
  readonly redis: string;
  readonly mirrors: string;
  /** The log archive. */
  readonly logs: string;
  readonly work: string;
  /** CARGO_HOME of all agents. */
  readonly cargo: string;
  readonly platformFile: string;
  readonly platformLog: string;
  readonly lockFile: string;
}

/** Makes what is missing, for its owner only. Throws config-invalid when it can't. */
export async function prepareDataDirectory(path: string): Promise<DataDirectory> {
  const root = resolve(path);
  const folders = {
    secrets: join(root, 'secrets'),
    redis: join(root, 'redis'),
    mirrors: join(root, 'mirrors'),
    logs: join(root, 'logs'),
    work: join(root, 'work'),
    cargo: join(root, 'cargo'),
  };
  for (const folder of Object.values(folders)) {
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
      throw new RaibidError('config-invalid', `the data directory ${root} can't be made: ${messageOf(cause)}`, {
        hint: 'Give a directory that you may write to with --data DIR.',
        cause,
      });
    });
  }
  return {
    root,
    ...folders,
    platformFile: join(root, 'platform.json'),
    platformLog: join(root, 'platform.log'),
    lockFile: join(root, 'up.lock'),
  };
}
