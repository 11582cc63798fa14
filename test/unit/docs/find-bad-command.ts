import type { Command } from 'commander';
import { createContext } from '../../../cli/context.js';
import { createProgram } from '../../../cli/program.js';
import { createTestTerminal } from '../../cli/test-terminal.js';

/** What a line of documentation names that is not there: a command or option of the CLI, a script of npm; null when all is. */
export function findBadCommand(line: string, scripts: readonly string[]): string | null {
  const [, script, scriptArguments] = /^npm run (?:-s )?([\w-]+)(?: -- (.*))?/.exec(line) ?? [];
  if (script !== undefined && !scripts.includes(script)) return `no script ${script}`;
  if (script === 'raibid') return findBadWord(splitWords(scriptArguments ?? ''));
  const [, args] = /^(?:\w+=\S+ )*raibid (.*)/.exec(line) ?? [];
  return args === undefined ? null : findBadWord(splitWords(args));
}

function splitWords(args: string): string[] {
  return args.split(/\s+/).filter((word) => word !== '' && word !== '…');
}

function findBadWord(words: readonly string[]): string | null {
  const context = createContext({ terminal: createTestTerminal({}).terminal, env: {}, finish: () => undefined });
  let command: Command = createProgram(context, '');
  const known = new Set(['--help', '-h']);
  const learn = () => {
    for (const { short, long } of command.options) for (const flag of [short, long]) if (flag) known.add(flag);
  };
  learn();
  for (const word of words) {
    if (word.startsWith('-')) {
      if (!known.has(word)) return `no option ${word}`;
      continue;
    }
    const next = command.commands.find((sub) => sub.name() === word);
    if (next !== undefined) {
      command = next;
      learn();
    } else if (command.commands.length > 0 && word !== 'help') return `no command ${word}`;
  }
  return null;
}
