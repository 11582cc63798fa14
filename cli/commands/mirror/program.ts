import type { Command } from 'commander';
import type { Context } from '../../context.js';
import { wholeNumber } from '../../parse-option.js';
import { readData } from '../../read-data.js';

interface AddFlags {
  name?: string;
  tags?: string[];
  limit?: number;
  build?: boolean;
  showSecret?: boolean;
}

export function addMirrorCommands(program: Command, context: Context): void {
  const { openClient, finish, env } = context;
  const mirror = program.command('mirror').description('add, list, sync and remove mirrors');
  mirror
    .command('add')
    .description("mirror a repository; prints what to enter in GitHub's webhook form")
    .argument('<upstream>', 'https or ssh URL; on the local platform also file:// or a path')
    .option('--name <owner/repo>', 'name of the repository on GitHub; told from the URL when missing')
    .option('--tags <glob...>', 'build pushed tags that match')
    .option('--limit <n>', 'most jobs of the repository at once', wholeNumber(0, 1000))
    .option('--build', 'build the default branch now')
    .option('--show-secret', 'print the webhook secret itself')
    .action(async (upstream: string, { tags = [], ...flags }: AddFlags, command: Command) => {
      const { data } = readData(command);
      const [{ addMirror }, { findHome }] = await Promise.all([
        import('./add.js'),
        import('../../client/find-platform.js'),
      ]);
      const remote = data === undefined && Boolean(env['RAIBID_URL']);
      const home = remote ? null : findHome({ env, ...(data !== undefined && { data }) });
      finish(await addMirror({ upstream, tags, home, ...flags, ...context, client: await openClient(data) }));
    });
  mirror
    .command('list')
    .description('mirrors and when they were synced')
    .option('--json', 'as JSON')
    .action(async (flags: { json?: boolean }, command: Command) => {
      const { listMirrors } = await import('./list.js');
      finish(await listMirrors({ ...flags, ...context, client: await openClient(readData(command).data) }));
    });
  mirror
    .command('sync')
    .description('fetch upstream now and build what changed')
    .argument('<name>', 'owner/repo')
    .action(async (name: string, _flags: object, command: Command) => {
      const { syncMirror } = await import('./sync.js');
      finish(await syncMirror({ name, ...context, client: await openClient(readData(command).data) }));
    });
  mirror
    .command('remove')
    .description('remove a mirror and cancel its jobs')
    .argument('<name>', 'owner/repo')
    .option('-y, --yes', 'do not ask')
    .action(async (name: string, flags: { yes?: boolean }, command: Command) => {
      const { removeMirror } = await import('./remove.js');
      finish(await removeMirror({ name, ...flags, ...context, client: await openClient(readData(command).data) }));
    });
}
