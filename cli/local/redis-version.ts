import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { RaibidError } from '#lib/errors.js';

const FLOOR = 7;
const INSTALL = { hint: 'Install redis-server 7.0 or newer, e.g. apt install redis-server.' };

/** Makes sure that `redis-server` is there and new enough. Throws program-missing. */
export async function checkRedisVersion(program: string): Promise<void> {
  const { stdout } = await promisify(execFile)(program, ['--version']).catch((cause: unknown) => {
    throw new RaibidError('program-missing', `${program} can't be started.`, { ...INSTALL, cause });
  });
  const version = /v=(\d+)\.\d+\S*/.exec(stdout);
  if (version === null) throw new RaibidError('program-missing', `${program} does not tell its version.`, INSTALL);
  if (Number(version[1]) < FLOOR) {
    throw new RaibidError('program-missing', `${program} is too old: ${version[0].slice(2)}.`, INSTALL);
  }
}
