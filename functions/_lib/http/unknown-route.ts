import { type Response, Router } from 'express';
import { RaibidError } from '../errors.js';

/**
 * What answers when no route of `routes` did: method-not-allowed with `Allow` where the path has other methods, else
 * route-unknown. Make it after the routes are registered; routes of nested routers are not seen.
 */
export function createUnknownRouteHandler(routes: Router): Router {
  const allowed = new WeakMap<Response, Set<string>>();
  const router = Router({ caseSensitive: true });
  for (const { route } of routes.stack) {
    if (!route) continue;
    const methods = route.stack.map((layer) => layer.method.toUpperCase());
    router.all(route.path, (_req, res, next) => {
      allowed.set(res, new Set([...(allowed.get(res) ?? []), ...methods]));
      next();
    });
  }
  router.use((req, res) => {
    const methods = allowed.get(res);
    if (!methods) throw new RaibidError('route-unknown', `There is no ${req.method} ${clip(req.path)}.`);
    if (methods.has('GET')) methods.add('HEAD');
    if (methods.has(req.method)) throw new Error(`the route ${req.method} ${req.path} passed the request on`);
    const list = [...methods].sort().join(', ');
    res.setHeader('Allow', list);
    throw new RaibidError('method-not-allowed', `${clip(req.path)} takes ${list}, not ${req.method}.`);
  });
  return router;
}

function clip(path: string): string {
  return path.length > 200 ? `${path.slice(0, 200)}…` : path;
}
