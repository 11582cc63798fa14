import type { PromptObject } from 'prompts';
import { RaibidError } from '#lib/errors.js';
import { EXIT } from '../exit-code.js';
import type { Terminal } from './terminal.js';

export interface Question {
  readonly terminal: Terminal;
  readonly message: string;
  /** --yes was given. */
  readonly yes: boolean;
}

/** Asks before something is destroyed. Null: go on; otherwise the exit code. Throws usage where nobody can be asked. */
export async function confirm({ terminal, message, yes }: Question): Promise<number | null> {
  if (yes) return null;
  if (!terminal.canPrompt) {
    throw new RaibidError('usage', `"${message}" can't be asked without a terminal`, {
      hint: 'Pass --yes to go on without being asked.',
    });
  }
  const { default: prompts } = await import('prompts');
  let interrupted = false;
  const { answer } = await prompts(
    // prompts reads from process.stdin unless told; its types leave the streams out.
    {
      type: 'confirm',
      name: 'answer',
      message,
      initial: false,
      stdin: terminal.stdin,
      stdout: terminal.stdout,
    } as PromptObject<'answer'>,
    { onCancel: () => void (interrupted = true) },
  );
  if (interrupted) return EXIT.interrupted;
  return answer === true ? null : EXIT.failed;
}
