import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';

/** What may still be in a pipe when its writers are dead, with room to spare: more is from one that should not live. */
const REST_BYTES = 2 * 1024 * 1024;
const REST_WAIT_MS = 1000;
const REST_CHECK_MS = 20;

export interface OutputPipe {
  /** Hands over every chunk, one at a time, until all writers are gone or `giveUp` was asked for. */
  read(onOutput: (chunk: Buffer) => void | Promise<void>): Promise<void>;
  /** Ends `read` after what is left, although a process that could not be killed may hold the pipe open. */
  giveUp(): void;
}

/** Opens the reading end of a named pipe; the leader holds its writing end already. */
export function openOutputPipe(path: string): OutputPipe {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const socket = new Socket({ fd: descriptor, readable: true, writable: false });
  let busy = false;
  let ended = false;
  let givingUp: NodeJS.Timeout | undefined;
  let restBytes = REST_BYTES;
  let waitedMs = 0;
  return {
    async read(onOutput) {
      try {
        for await (const chunk of socket) {
          busy = true;
          await onOutput(chunk as Buffer); // a socket without an encoding gives buffers
          busy = false;
          if (givingUp !== undefined) restBytes -= (chunk as Buffer).length;
          if (restBytes < 0) break;
        }
      } catch (error) {
        // The premature close is our own doing; an error of onOutput is not.
        if (busy || givingUp === undefined) throw error;
      } finally {
        ended = true;
        clearInterval(givingUp);
        socket.destroy();
      }
    },
    giveUp() {
      if (ended) return;
      // Only waiting for the pipe counts, never the time that onOutput takes.
      givingUp ??= setInterval(() => {
        if (!busy) waitedMs += REST_CHECK_MS;
        if (waitedMs >= REST_WAIT_MS) socket.destroy();
      }, REST_CHECK_MS);
    },
  };
}
