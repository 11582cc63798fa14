import { COMMANDS, INCLUDES } from './commands.generated.js';

export type CommandName = keyof typeof COMMANDS;

const INCLUDE_LINE = /^-- @include ([a-z-]+)$/gm;

/** The whole text of a script: what it includes, each once and before its user, then the script itself. */
export function loadCommand(name: CommandName, includes: Readonly<Record<string, string>> = INCLUDES): string {
  const parts: string[] = [];
  const done = new Set<string>();

  function add(text: string, stack: readonly string[]): void {
    for (const [, include = ''] of text.matchAll(INCLUDE_LINE)) {
      if (stack.includes(include)) throw new Error(`include cycle: ${[...stack, include].join(' > ')}`);
      if (done.has(include)) continue;
      const included = includes[include];
      if (included === undefined) throw new Error(`${stack.join(' > ')} includes ${include}, which is not there`);
      add(included, [...stack, include]);
      done.add(include);
    }
    parts.push(text.replace(INCLUDE_LINE, ''));
  }

  add(COMMANDS[name], [name]);
  return parts.join('\n');
}
