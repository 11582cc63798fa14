import type { Command } from 'commander';
import type { ControlChange } from '../../client.js';
import type { Context } from '../../context.js';
import { readData } from '../../read-data.js';

export function addControlCommands(program: Command, context: Context): void {
  const change = async (wanted: ControlChange, command: Command) => {
    const { changeControl } = await import('./change.js');
    const client = await context.openClient(readData(command).data);
    context.finish(await changeControl({ change: wanted, ...context, client }));
  };
  const control = program.command('control').description('pause, resume, drain, and set capacity');
  control
    .command('pause')
    .description('start nothing new; what runs goes on')
    .action((_flags: object, command: Command) => change({ pause: true }, command));
  control
    .command('resume')
    .description('end pause and drain')
    .action((_flags: object, command: Command) => change({ resume: true }, command));
  control
    .command('drain')
    .description('start nothing new, and let agents leave when their job is done')
    .action((_flags: object, command: Command) => change({ drain: true }, command));
  control
    .command('capacity')
    .description('how many jobs of a type may run at once')
    .argument('<type=n...>', 'TYPE=N, or N for rust')
    .action(async (texts: string[], _flags: object, command: Command) => {
      const { parseCapacity } = await import('./parse-capacity.js');
      await change({ capacity: parseCapacity(texts) }, command);
    });
}
