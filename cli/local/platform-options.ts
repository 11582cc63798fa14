import type { Logger } from 'pino';
import type { DataDirectory } from './data-directory.js';

export interface PlatformOptions {
  readonly dataDirectory: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Slots; null keeps what Redis has, which is at first what fits this machine. */
  readonly maxAgents: number | null;
  /** Agents that wait even when there is nothing to do; inside the slots. */
  readonly warm: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** 0 ≤ n < 1. */
  readonly random: () => number;
  readonly onEvent?: (event: PlatformEvent) => void;
  /** Default: the one that was built with this program. */
  readonly agentProgram?: string;
  /** Default: redis-server on PATH. */
  readonly redisProgram?: string;
}

/** What a user in front of the platform wants to know; the log has more. */
export type PlatformEvent =
  | { readonly kind: 'stopping'; readonly agents: number; readonly deadlineMs: number }
  | { readonly kind: 'redis-ended'; readonly waitMs: number }
  /** The platform's log can't be written. */
  | { readonly kind: 'log-failing'; readonly problem: string }
  /** Agents end as soon as they start; the next try is in `waitMs`. */
  | { readonly kind: 'agents-failing'; readonly lastWords: string; readonly waitMs: number };

export interface Platform {
  /** Without a slash at the end. */
  readonly url: string;
  readonly directory: DataDirectory;
  readonly slots: number;
  readonly log: Logger;
  /** Agents finish or give their jobs back within the deadline; then nothing is left running. */
  stop(options?: { deadlineMs?: number }): Promise<void>;
  /** Kills everything before it returns. */
  stopNow(): void;
}

/** What the parts of a platform are started with. */
export interface StartOptions extends PlatformOptions {
  readonly directory: DataDirectory;
  readonly log: Logger;
  readonly onEvent: (event: PlatformEvent) => void;
  readonly redisProgram: string;
}
