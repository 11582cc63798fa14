import type { RequestListener } from 'node:http';
import type { FunctionContext } from '#lib/function-context.js';
import { createFunctionApp } from '#lib/http/function-app.js';

/** cache-warm: its place and its health. Deciding what to keep warm comes with the warm workspaces. */
export function createHandler(context: FunctionContext): RequestListener {
  return createFunctionApp({ ...context, name: 'cache-warm', routes: () => {}, events: {} });
}
