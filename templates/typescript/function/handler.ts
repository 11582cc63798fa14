import type { Handler, Runtime } from './runtime.js';

/** Called once, before the first request: open connections here. What it returns answers every request. */
export default async function setup({ readBody }: Runtime): Promise<Handler> {
  return async (req, res) => {
    const body = await readBody(req);
    res.setHeader('Content-Type', 'application/json');
    res.end(JSON.stringify({ method: req.method, url: req.url, bytes: body.length }));
  };
}
