import packageFile from '../package.json' with { type: 'json' };
import { runCli } from './run-cli.js';
import { createTerminal } from './ui/terminal.js';

const args = process.argv.slice(2);
const end = args.indexOf('--');
const flags = end === -1 ? args : args.slice(0, end);

// A reader that has seen enough (`raibid logs … | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const terminal = createTerminal({
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  color: !flags.includes('--no-color'),
});
process.exitCode = await runCli({ args, terminal, env: process.env, version: packageFile.version });
