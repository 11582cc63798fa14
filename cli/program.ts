import { Command } from 'commander';
import { addControlCommands } from './commands/control/program.js';
import { addDeadCommands } from './commands/dead/program.js';
import { addJobCommands } from './commands/jobs/program.js';
import { addMirrorCommands } from './commands/mirror/program.js';
import { addTokenCommands } from './commands/token/program.js';
import type { Context } from './context.js';
import { wholeNumber } from './parse-option.js';
import { readData } from './read-data.js';

const EXAMPLES = `
Examples:
  raibid demo                              see it work
  raibid up                                start the platform on this machine
  raibid mirror add https://github.com/octocat/hello-world
  raibid status --watch                    the live table
  raibid logs latest -f                    follow the newest job

Exit codes: 0 ok, 1 failed, 2 usage, 3 config or auth, 4 unreachable, 130 interrupted.
Environment: RAIBID_URL and RAIBID_TOKEN name a platform; RAIBID_HOME its data directory; NO_COLOR, FORCE_COLOR.`;

/** The table of commands. Each action imports its command only when it runs. */
export function createProgram(context: Context, version: string): Command {
  const { terminal, finish } = context;
  const program = new Command('raibid')
    .description('A personal CI agent pool: push, mirror, queue, build, watch it live.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help of a command')
    .option('--data <dir>', 'data directory of the platform')
    .option('--no-color', 'no colours')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
      getOutHelpWidth: () => terminal.size().width,
      getErrHelpWidth: () => terminal.size().width,
      getOutHasColors: () => terminal.colorLevel > 0,
      getErrHasColors: () => terminal.errorColorLevel > 0,
      outputError: (text, write) => write(tellError(text)),
    })
    .addHelpText('after', EXAMPLES)
    .exitOverride();

  program.commandsGroup('Platform:');
  program
    .command('up')
    .description('start the platform on this machine; Ctrl-C drains and stops it')
    .option('--port <n>', 'port on 127.0.0.1; 0 for a free one', wholeNumber(0, 65_535))
    .option('--max-agents <n>', 'slots for agents; from the cores of the machine when missing', wholeNumber(1, 1000))
    .option('--warm <n>', 'agents kept waiting for work', wholeNumber(0, 1000))
    .action(async (flags: { port?: number; maxAgents?: number; warm?: number }, command: Command) => {
      const { runUp, DEFAULT_PORT: port, DEFAULT_WARM: warm } = await import('./commands/up.js');
      finish(await runUp({ port, warm, ...flags, ...readData(command) }, terminal));
    });
  program
    .command('demo')
    .description('watch a Rust project being built from a signed push')
    .option('--keep', 'keep the data of the demo')
    .action(async (flags: { keep?: boolean }) => {
      const { runDemo } = await import('./commands/demo.js');
      finish(await runDemo(flags, terminal));
    });
  addControlCommands(program, context);
  addTokenCommands(program, context);

  program.commandsGroup('Work:');
  addStatusCommand(program, context);
  addLogsCommand(program, context);
  addJobCommands(program, context);
  addMirrorCommands(program, context);

  program.commandsGroup('Trouble:');
  addWhyCommand(program, context);
  addDeadCommands(program, context);
  return program;
}

function addStatusCommand(program: Command, context: Context): void {
  program
    .command('status')
    .description('jobs, agents and mirrors as they are now')
    .option('-w, --watch', 'stay and show every change; keys: ? tells them')
    .option('--json', 'as JSON')
    .action(async (flags: { watch?: boolean; json?: boolean }, command: Command) => {
      if (flags.watch && flags.json) command.error("error: options '--watch' and '--json' exclude each other");
      const client = await context.openClient(readData(command).data);
      if (flags.watch) {
        const { watchStatus } = await import('./commands/status/watch.js');
        context.finish(await watchStatus({ ...context, client }));
      } else {
        const { showStatus } = await import('./commands/status/show.js');
        context.finish(await showStatus({ ...flags, ...context, client }));
      }
    });
}

function addLogsCommand(program: Command, context: Context): void {
  program
    .command('logs')
    .description('the output of a job')
    .argument('<job>', 'job id, 4 or more of its first or last characters, or latest')
    .option('-f, --follow', 'stay until the job ends')
    .option('--attempt <n>', 'this attempt; the newest when missing', wholeNumber(1))
    .option('--step <n>', 'this step only, counted from 0', wholeNumber(0))
    .action(async (job: string, flags: { follow?: boolean; attempt?: number; step?: number }, command: Command) => {
      const { showLogs } = await import('./commands/logs.js');
      const client = await context.openClient(readData(command).data);
      context.finish(await showLogs({ job, ...flags, ...context, client }));
    });
}

function addWhyCommand(program: Command, context: Context): void {
  program
    .command('why')
    .description('what became of a commit: delivery, filter, duplicate, superseded, waiting for what')
    .argument('<sha>', 'commit id; 7 or more digits do for commits of recent jobs')
    .option('--json', 'as JSON')
    .action(async (sha: string, flags: { json?: boolean }, command: Command) => {
      const { explainCommit } = await import('./commands/why.js');
      const client = await context.openClient(readData(command).data);
      context.finish(await explainCommit({ sha, ...flags, ...context, client }));
    });
}

/** Commander's words in our form: what is wrong, then what to do. */
function tellError(text: string): string {
  const [first = '', ...rest] = text
    .trim()
    .replace(/^error: /, '')
    .split('\n');
  const hint =
    rest.join(' ').replace(/^\((.*)\)$/, '$1') || 'raibid help lists the commands; --help after a command its options.';
  return `raibid: ${first}\n  ${hint}\n`;
}
