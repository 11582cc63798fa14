import type { Client } from './client.js';
import type { Terminal } from './ui/terminal.js';

type Env = Readonly<Record<string, string | undefined>>;

/** What commands are made of. Everything is asked for lazily, so that `--help` opens nothing. */
export interface Context {
  readonly terminal: Terminal;
  readonly env: Env;
  readonly now: () => number;
  /** 0 to 1. */
  readonly random: () => number;
  /** Finds the platform by --data, RAIBID_URL or the default directory; throws when there is none. */
  readonly openClient: (data: string | undefined) => Promise<Client>;
  /** A signal that the first Ctrl-C aborts; the second ends the process. */
  readonly interrupt: () => AbortSignal;
  /** Tells the exit code of the command that ran. */
  readonly finish: (code: number) => void;
}

export function createContext(inputs: Pick<Context, 'terminal' | 'env' | 'finish'>): Context {
  return {
    ...inputs,
    now: Date.now,
    random: Math.random,
    openClient: (data) => openClient(data, inputs.env),
    interrupt: () => {
      const controller = new AbortController();
      process.once('SIGINT', () => controller.abort());
      return controller.signal;
    },
  };
}

async function openClient(data: string | undefined, env: Env): Promise<Client> {
  const [{ createClient }, { findPlatform }] = await Promise.all([
    import('./client.js'),
    import('./client/find-platform.js'),
  ]);
  const locate = () => findPlatform({ env, ...(data !== undefined && { data }) });
  await locate();
  return createClient(locate);
}
