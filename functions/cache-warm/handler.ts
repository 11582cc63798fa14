import type { RequestListener } from 'node:http';
import type { FunctionContext, Runtime } from '#lib/function-context.js';
import { createFunctionApp } from '#lib/http/function-app.js';
import { openFunctionContext } from '#lib/open-context.js';

/** cache-warm: its place and its health. Deciding what to keep warm comes with the warm workspaces. */
export function createHandler(context: FunctionContext): RequestListener {
  return createFunctionApp({ ...context, name: 'cache-warm', routes: () => {}, events: {} });
}

/** The function in its image. */
export default async function setup(runtime: Runtime): Promise<RequestListener> {
  return createHandler(await openFunctionContext('cache-warm', runtime));
}
