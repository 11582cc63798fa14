import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client } from '../client.js';
import { EXIT } from '../exit-code.js';
import { type Platform, startPlatform } from '../local/platform.js';
import type { JobView } from '../schema.js';
import type { Terminal } from '../ui/terminal.js';
import { deliverPush } from './demo/deliver-push.js';
import { type Commit, createUpstream } from './demo/upstream.js';
import { describeWay, watchJob } from './demo/watch-job.js';
import { addMirror } from './mirror/add.js';

export interface DemoOptions {
  /** Leaves the data directory where it is. */
  readonly keep?: boolean;
}

const REPO = 'ada/tally';
const LAST_LINES = 12;

/** `raibid demo`: the whole way of two pushes, with real parts in a directory of its own. Exit 0 when both went as they should. */
export async function runDemo({ keep = false }: DemoOptions, terminal: Terminal): Promise<number> {
  const root = await mkdtemp(join(tmpdir(), 'raibid-demo-'));
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    return await showPushes(root, terminal, interrupted.signal);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    if (keep) terminal.say(`kept ${root}`);
    else await rm(root, { recursive: true, force: true });
  }
}

async function showPushes(root: string, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const { say } = terminal;
  const startedAt = Date.now();
  const platform = await startLocalPlatform(join(root, 'data'));
  say(
    `The platform is up after ${Date.now() - startedAt} ms: redis-server, five functions, connector, scaler, one agent.`,
  );
  try {
    const { secrets } = platform.directory;
    const token = (await readFile(join(secrets, 'admin-token'), 'utf8')).trim();
    const secret = (await readFile(join(secrets, 'webhook-secret'), 'utf8')).trim();
    const client = createClient(async () => ({ url: platform.url, token }));
    const upstream = await createUpstream(join(root, 'upstream'));
    say(`\n$ raibid mirror add ${upstream.path} --name ${REPO}`);
    await addMirror({ upstream: upstream.path, name: REPO, tags: [], terminal, client, home: platform.directory.root });

    const push = async (commit: Commit): Promise<JobView> => {
      say(`\nA commit upstream, "${commit.message}" (${commit.sha.slice(0, 7)}), and GitHub's signed push webhook:`);
      const send = async () => {
        const sentAt = Date.now();
        const status = await deliverPush({ url: platform.url, secret, repo: REPO, commit });
        return `POST ${platform.url}/function/mirror-sync: ${status} after ${Date.now() - sentAt} ms`;
      };
      const { job, way } = await watchJob(client, { sha: commit.sha, send, terminal, interrupted: signal });
      say(`\n${describeWay(way)}`);
      await showEnd(client, job, terminal);
      return job;
    };

    const good = await push(
      await upstream.edit(
        'src/lib.rs',
        'Counts words, most',
        'Counts the words of a text, most',
        'Say what is counted',
      ),
    );
    const bad = await push(
      await upstream.edit('src/lib.rs', 'b.1.cmp(&a.1)', 'a.1.cmp(&b.1)', 'Sort the other way round'),
    );
    return judge(good, bad, terminal);
  } finally {
    await platform.stop();
  }
}

function startLocalPlatform(dataDirectory: string): Promise<Platform> {
  const { env } = process;
  return startPlatform({ dataDirectory, port: 0, maxAgents: null, warm: 1, env, now: Date.now, random: Math.random });
}

async function showEnd(client: Client, job: JobView, terminal: Terminal): Promise<void> {
  const log = await (await client.readLog({ job: job.id })).text();
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  terminal.say(`\n$ raibid logs ${job.id} | tail -${LAST_LINES}`);
  for (const line of lines.slice(-LAST_LINES)) terminal.print(`  ${line}`);
  const why = job.reason === null ? '' : ` (${job.reason})`;
  terminal.say(`\n${job.state}${why} after ${((job.durationMs ?? 0) / 1000).toFixed(1)} s`);
}

function judge(good: JobView, bad: JobView, { say }: Terminal): number {
  const asExpected = good.state === 'succeeded' && bad.state === 'failed' && (bad.result?.tests?.failed ?? 0) > 0;
  say('');
  if (asExpected) {
    say('Both went as they should: the first push passes its tests, the second breaks one and says so.');
    say('Next: raibid up, then raibid mirror add <git URL> --name <owner>/<repo>');
    return EXIT.ok;
  }
  say(`Not as it should be: the first push ended ${good.state}, the second ${bad.state}.`);
  return EXIT.failed;
}
