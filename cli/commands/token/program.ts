import { type Command, Option } from 'commander';
import type { Context } from '../../context.js';
import { readData } from '../../read-data.js';

export function addTokenCommands(program: Command, context: Context): void {
  const { openClient, finish } = context;
  const token = program.command('token').description('create, list and remove tokens');
  token
    .command('create')
    .description('make a token and print it, once')
    .argument('<name>', 'letters, digits, ".", "_", "-"')
    .addOption(
      new Option('--scope <scope>', 'what it may do').choices(['read', 'write', 'admin']).makeOptionMandatory(),
    )
    .action(async (name: string, { scope }: { scope: string }, command: Command) => {
      const { createToken } = await import('./create.js');
      finish(await createToken({ name, scope, ...context, client: await openClient(readData(command).data) }));
    });
  token
    .command('list')
    .description('names and scopes of the tokens')
    .option('--json', 'as JSON')
    .action(async (flags: { json?: boolean }, command: Command) => {
      const { listTokens } = await import('./list.js');
      finish(await listTokens({ ...flags, ...context, client: await openClient(readData(command).data) }));
    });
  token
    .command('remove')
    .description('remove a token; who uses it is locked out')
    .argument('<name>', 'its name')
    .option('-y, --yes', 'do not ask')
    .action(async (name: string, flags: { yes?: boolean }, command: Command) => {
      const { removeToken } = await import('./remove.js');
      finish(await removeToken({ name, ...flags, ...context, client: await openClient(readData(command).data) }));
    });
}
