import type { ServerResponse } from 'node:http';

/**
 * Ends answers of type text/event-stream when the function stops, and then those that still come at once after their beginning:
 * their clients connect again, elsewhere. Call it for every answer before the handler has it.
 */
export function endEventStreams(stopping: AbortSignal): (res: ServerResponse) => void {
  const open = new Set<ServerResponse>();
  stopping.addEventListener('abort', () => {
    for (const res of open) res.end();
  });
  return (res) => {
    onHeaders(res, () => {
      if (!isEventStream(res)) return;
      open.add(res);
      res.once('close', () => open.delete(res));
      if (stopping.aborted) setImmediate(() => res.end());
    });
  };
}

/** Node has no event for it, but sends every header, of whichever call, through writeHead. */
function onHeaders(res: ServerResponse, listener: () => void): void {
  const writeHead = res.writeHead;
  // The overloads of writeHead are one function.
  res.writeHead = function (this: ServerResponse, ...args: unknown[]) {
    setHeaders(res, args.at(-1));
    listener();
    return Reflect.apply(writeHead, this, args);
  } as typeof writeHead;
}

/** Headers given to writeHead alone can't be read back. */
function setHeaders(res: ServerResponse, given: unknown): void {
  if (typeof given !== 'object' || given === null) return;
  for (const [name, value] of Array.isArray(given) ? pairUp(given.flat()) : Object.entries(given)) {
    if (name.toLowerCase() === 'content-type' && typeof value === 'string') res.setHeader(name, value);
  }
}

/** `[name, value, name, value]`, as writeHead takes it too. */
function pairUp(flat: readonly unknown[]): [string, unknown][] {
  return flat.flatMap((name, index): [string, unknown][] => (index % 2 === 0 ? [[String(name), flat[index + 1]]] : []));
}

function isEventStream(res: ServerResponse): boolean {
  return String(res.getHeader('Content-Type') ?? '').startsWith('text/event-stream');
}
