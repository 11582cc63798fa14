import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ServerResponse } from 'node:http';
import type { Handler, Runtime } from './runtime.js';

/** A function that does what a test asks for; it knows nothing of this project. */
export default async function setup({ env, stopping, readBody, problem }: Runtime): Promise<Handler> {
  if (env['PROBE_GATE']) await waitForFile(env['PROBE_GATE']);
  if (env['PROBE_FAILS']) throw new Error('the probe was told to fail');
  const held = new Set<ServerResponse>();

  const routes: Record<string, Handler> = {
    '/': (_req, res) => res.end('here'),
    '/state': (_req, res) => res.end(JSON.stringify({ held: held.size, stopping: stopping.aborted })),
    '/memory': (_req, res) => res.end(JSON.stringify(process.memoryUsage())),
    '/pid': (_req, res) => res.end(JSON.stringify({ pid: process.pid })),
    // Answers when it is released.
    '/hold': (_req, res) => void held.add(res),
    '/release': (_req, res) => {
      for (const waiting of held) waiting.end('released');
      res.end();
    },
    '/hash': async (req, res) => {
      const body = await readBody(req);
      res.end(createHash('sha256').update(body).digest('hex'));
    },
    '/throw': async (req, res) => {
      await readBody(req);
      res.setHeader('Content-Type', 'text/html').setHeader('Content-Length', '4');
      throw new Error('secret of the handler');
    },
    '/throw-at-once': () => {
      throw new Error('secret of the handler');
    },
    '/teapot': () => {
      throw problem(418, 'I am a teapot.');
    },
    '/throw-late': async (_req, res) => {
      res.write('half an ans');
      throw new Error('too late');
    },
    '/write-after-end': (_req, res) => {
      res.end('whole');
      res.write('more');
    },
    '/stream': (_req, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      res.write('data: first\n\n');
    },
    '/exit': () => process.exit(0),
    '/crash': () => void setImmediate(() => void Promise.reject(new Error('nobody handles this'))),
  };

  return async (req, res) => {
    const route = routes[new URL(req.url ?? '/', 'http://probe').pathname];
    if (route === undefined) throw problem(404, 'No such route.');
    await route(req, res);
  };
}

async function waitForFile(path: string): Promise<void> {
  const changes = watch(dirname(path));
  try {
    for (;;) {
      const change = once(changes, 'change');
      if (await exists(path)) return;
      await change;
    }
  } finally {
    changes.close();
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
