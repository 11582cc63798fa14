import { randomBytes } from 'node:crypto';
import { fstatSync } from 'node:fs';
import { pino } from 'pino';
import { findAgentType } from '#lib/agent-types/index.js';
import { messageOf, RaibidError } from '#lib/errors.js';
import { openDiskMirrors } from '#lib/mirrors/disk/open-disk-mirrors.js';
import { getUpstream } from '#lib/redis/mirrors.js';
import { closeRoom, openRoom } from '#lib/redis/room.js';
import { openSecrets, readRedisPassword } from '#lib/secrets.js';
import { runAgent } from './run-agent.js';
import { readAgentSettings } from './settings.js';

/** The agent's program. Its exit code tells the health of the infrastructure, never the result of a job. */
async function main(): Promise<void> {
  const now = () => Date.now();
  const random = () => randomBytes(4).readUInt32BE() / 2 ** 32;
  const settings = readAgentSettings(process.env, { now, random });
  const plugin = findAgentType(settings.type);
  if (!plugin) throw new RaibidError('config-invalid', `RAIBID_AGENT_TYPE: there is no agent type ${settings.type}`);
  const log = pino({ level: settings.logLevel, base: { agent: settings.id } });
  const password = await readRedisPassword(openSecrets(settings.secretsDirectory, { now }));
  const room = openRoom(settings.redisUrl, { name: `agent-${settings.id}`, password, resend: false });
  const mirrors =
    settings.mirrorsDirectory === ''
      ? { url: (repo: string) => getUpstream(room, repo) }
      : openDiskMirrors({ directory: settings.mirrorsDirectory, local: true });
  try {
    await runAgent({ room, settings, plugin, mirrors, log, now, random, leaving: hearGoodbye() });
  } finally {
    closeRoom(room);
  }
}

/** Aborts on SIGTERM or SIGINT, and when the process that started us goes: its end of our stdin closes then. */
function hearGoodbye(): AbortSignal {
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  process.once('SIGTERM', leave).once('SIGINT', leave);
  const stdin = fstatSync(0);
  if (stdin.isFIFO() || stdin.isSocket()) process.stdin.once('end', leave).once('error', leave).resume();
  return leaving.signal;
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(`raibid agent: ${messageOf(error)}`);
    process.exit(1);
  },
);
