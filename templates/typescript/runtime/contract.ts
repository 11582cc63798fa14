import type { IncomingMessage, ServerResponse } from 'node:http';
import type { readBody } from './body.js';
import type { Log } from './log.js';
import type { problem } from './problem.js';

/** function/runtime.d.ts tells functions of the same; the compiler holds the two together where index.ts calls setup. */
export interface Runtime {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stopping: AbortSignal;
  readonly readBody: typeof readBody;
  readonly problem: typeof problem;
  readonly log: Log;
}

export type Handler = (req: IncomingMessage, res: ServerResponse) => unknown;

/** The default export of function/handler.ts. */
export type Setup = (runtime: Runtime) => Handler | Promise<Handler>;
