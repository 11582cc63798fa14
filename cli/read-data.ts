import type { Command } from 'commander';

/** --data, wherever it stood on the command line. */
export function readData(command: Command): { readonly data?: string } {
  const { data } = command.optsWithGlobals<{ data?: string }>();
  return data === undefined ? {} : { data };
}
