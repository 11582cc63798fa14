import { CommanderError } from 'commander';
import { describeError, isErrorCode, messageOf, type RaibidError } from '#lib/errors.js';
import { createContext, type Context } from './context.js';
import { EXIT } from './exit-code.js';
import { createProgram } from './program.js';
import type { Terminal } from './ui/terminal.js';

export interface CliInputs {
  /** Without node and the script. */
  readonly args: readonly string[];
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** Replaces parts of the context, for tests. */
  readonly context?: Partial<Context>;
}

const SHORT_HELP = `raibid: a personal CI agent pool

  raibid demo              see it work
  raibid up                start the platform on this machine
  raibid mirror add URL    mirror a repository
  raibid status --watch    the live table
  raibid logs latest -f    follow the newest job
  raibid help              all commands`;

/** Runs one command line and returns its exit code. Never throws. */
export async function runCli({ args, terminal, env, version, context }: CliInputs): Promise<number> {
  if (args.length === 0) {
    terminal.print(SHORT_HELP);
    return EXIT.ok;
  }
  let code: number = EXIT.ok;
  const finish = (exit: number) => void (code = exit);
  try {
    const program = createProgram({ ...createContext({ terminal, env, finish }), ...context }, version);
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    return explain(error, terminal);
  }
}

/** Tells an error on stderr, in two lines, and returns its exit code. */
function explain(error: unknown, terminal: Terminal): number {
  // Commander has told its own already; help and version end with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  terminal.say(`raibid: ${messageOf(error)}`);
  if (!isRaibidError(error)) return EXIT.failed;
  terminal.say(`  ${error.hint}`);
  return describeError(error.code).exit;
}

/** By its fields: a lazily imported command may have a copy of the class of its own, under a loader of sources. */
function isRaibidError(error: unknown): error is Pick<RaibidError, 'code' | 'hint'> {
  if (!(error instanceof Error) || error.name !== 'RaibidError') return false;
  return 'hint' in error && 'code' in error && typeof error.code === 'string' && isErrorCode(error.code);
}
