import type { Command } from 'commander';
import type { Context } from '../../context.js';
import { readData } from '../../read-data.js';

const FUNCTION = 'function whose inbox it was in';
const ID = 'id of the dead letter';

export function addDeadCommands(program: Command, context: Context): void {
  const { openClient, finish } = context;
  const dead = program.command('dead').description('events that were given up: list, show, retry, drop');
  dead
    .command('list')
    .description('events that a function could not take')
    .argument('[function]', 'one function; all when missing')
    .option('--json', 'as JSON')
    .action(async (name: string | undefined, flags: { json?: boolean }, command: Command) => {
      const { listDead } = await import('./list.js');
      const client = await openClient(readData(command).data);
      finish(await listDead({ ...(name !== undefined && { name }), ...flags, ...context, client }));
    });
  dead
    .command('show')
    .description('one of them, as JSON')
    .argument('<function>', FUNCTION)
    .argument('<id>', ID)
    .action(async (name: string, id: string, _flags: object, command: Command) => {
      const { showDead } = await import('./change.js');
      finish(await showDead({ name, id, ...context, client: await openClient(readData(command).data) }));
    });
  dead
    .command('retry')
    .description('put it back into the inbox')
    .argument('<function>', FUNCTION)
    .argument('<id>', ID)
    .action(async (name: string, id: string, _flags: object, command: Command) => {
      const { retryDead } = await import('./change.js');
      finish(await retryDead({ name, id, ...context, client: await openClient(readData(command).data) }));
    });
  dead
    .command('drop')
    .description('forget it')
    .argument('<function>', FUNCTION)
    .argument('<id>', ID)
    .option('-y, --yes', 'do not ask')
    .action(async (name: string, id: string, flags: { yes?: boolean }, command: Command) => {
      const { dropDead } = await import('./change.js');
      finish(await dropDead({ name, id, ...flags, ...context, client: await openClient(readData(command).data) }));
    });
}
