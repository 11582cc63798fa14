import type { RequestListener } from 'node:http';
import { RepoName } from '#lib/core/names.js';
import { messageOf, RaibidError } from '#lib/errors.js';
import { authorizeCalls, type FunctionContext, type Runtime } from '#lib/function-context.js';
import { createFunctionApp } from '#lib/http/function-app.js';
import { openFunctionContext } from '#lib/open-context.js';
import { parseInput } from '#lib/http/parse-input.js';
import { bindRoute } from '#lib/http/route.js';
import { findMirror, listMirrors, type Mirror } from '#lib/redis/mirrors.js';
import { viewMirror } from '#lib/views/mirror-view.js';
import { makeMirror } from './make-mirror.js';
import { receiveWebhook } from './receive-webhook.js';
import { removeMirror } from './remove-mirror.js';
import { ROUTES } from './routes.js';
import { followDeletion, reconcileMirror } from './sync-mirror.js';
import { takePush } from './take-push.js';

/** mirror-sync: takes GitHub's webhooks in, keeps mirrors in step, announces what is new. */
export function createHandler(context: FunctionContext): RequestListener {
  const { room, log } = context;

  async function getMirror(params: { owner: string; repo: string }): Promise<Mirror> {
    const repo = parseRepo(params);
    const mirror = await findMirror(room, repo);
    if (!mirror) throw new RaibidError('mirror-unknown', `there is no mirror of ${repo}`);
    return mirror;
  }

  return createFunctionApp({
    ...context,
    name: 'mirror-sync',
    routes(router) {
      const scopes = authorizeCalls(context);
      router.post('/', receiveWebhook(context));
      bindRoute(router, scopes, ROUTES.put, async ({ params, body, res }) => {
        const { mirror, created } = await makeMirror(context, parseRepo(params), body);
        res.status(created ? 201 : 200).json(viewMirror(mirror));
      });
      bindRoute(router, scopes, ROUTES.sync, async ({ params, res }) => {
        res.status(202).json({ announced: await reconcileMirror(context, await getMirror(params)) });
      });
      bindRoute(router, scopes, ROUTES.remove, async ({ params, res }) => {
        await removeMirror(context, await getMirror(params));
        res.status(204).end();
      });
    },
    events: {
      'github.push': (push, event) => takePush(context, push, event),
      'github.delete': ({ repo, ref }) => followDeletion(context, repo, ref),
      async 'timer.reconcile'() {
        for (const mirror of await listMirrors(room)) {
          // One upstream that is away must not keep the others waiting.
          await reconcileMirror(context, mirror).catch((error: unknown) => {
            log.warn({ repo: mirror.repo, problem: messageOf(error) }, 'reconcile failed');
          });
        }
      },
    },
  });
}

function parseRepo({ owner, repo }: { owner: string; repo: string }): string {
  return parseInput(RepoName, `${owner}/${repo}`, 'payload-invalid');
}

/** The function in its image. */
export default async function setup(runtime: Runtime): Promise<RequestListener> {
  return createHandler(await openFunctionContext('mirror-sync', runtime));
}
