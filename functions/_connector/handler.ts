import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { pino } from 'pino';
import type { Runtime } from '#lib/function-context.js';
import { closeRoom, openRoom } from '#lib/redis/room.js';
import { openSecrets, readRedisPassword } from '#lib/secrets.js';
import { startConnector } from './connector.js';
import type { ListFunctions } from './discover/discovered.js';
import { listFromFile } from './discover/from-file.js';
import { listFromGateway } from './discover/from-gateway.js';
import { listFromKubernetes } from './discover/from-kubernetes.js';
import { watchFunctions } from './discover/watch-functions.js';
import { renderMetrics } from './metrics.js';
import { type ConnectorSettings, readConnectorSettings } from './settings.js';

/**
 * The connector as a program: starts it, drains it when `stopping` is aborted, and answers /healthz and /metrics. Throws
 * config-invalid. Neither an absent Redis nor an absent gateway is a reason not to start.
 */
export default async function setup(runtime: Runtime & { readonly stopping: AbortSignal }): Promise<RequestListener> {
  const { env, stopping } = runtime;
  const settings = readConnectorSettings(env);
  const now = () => Date.now();
  const random = () => randomBytes(4).readUInt32BE() / 2 ** 32;
  const log = pino({ level: settings.RAIBID_LOG_LEVEL, base: { connector: settings.RAIBID_CONSUMER } });
  const secrets = openSecrets(settings.RAIBID_SECRETS_DIR, { now });
  const readSecret = () => secrets.read('connector-secret');
  const room = openRoom(settings.RAIBID_REDIS_URL, { name: 'connector', password: await readRedisPassword(secrets) });
  const consumer = settings.RAIBID_CONSUMER;
  const connector = startConnector({ room, functions: [], readSecret, consumer, log, now, random });
  const watch = watchFunctions(
    {
      list: chooseList(settings),
      everyMs: settings.rebuild_interval,
      defaultNamespace: settings.function_namespace,
      urlTemplate: settings.RAIBID_FUNCTION_URL,
      topicDelimiter: settings.topic_delimiter,
      timeoutMs: settings.upstream_timeout,
      checkSecret: readSecret,
      onFunctions: connector.connect,
      log,
    },
    stopping,
  );
  const end = () => void connector.stop(settings.RAIBID_DRAIN).then(() => closeRoom(room));
  if (stopping.aborted) end();
  else stopping.addEventListener('abort', end, { once: true });

  const readMetrics = () =>
    renderMetrics({ stats: connector.stats(), discovers: watch.works(), leftOut: watch.problems().size });
  return createPages({ '/metrics': readMetrics, '/healthz': answerHealth, '/_/health': answerHealth }, settings);
}

interface Page {
  readonly type: string;
  readonly text: string;
}

function createPages(
  pages: Readonly<Record<string, () => Promise<Page>>>,
  { RAIBID_BUILD: build }: ConnectorSettings,
): RequestListener {
  return (req, res) => {
    const make = pages[(req.url ?? '').split('?', 1)[0] ?? ''] ?? answerElse;
    if (build !== '') res.setHeader('X-Raibid-Build', build);
    make().then(
      ({ type, text }) => {
        res.writeHead(make === answerElse ? 404 : 200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(text);
      },
      () => res.writeHead(500).end(),
    );
  };
}

async function answerElse(): Promise<Page> {
  return { type: 'text/plain', text: 'Here are /metrics and /healthz.\n' };
}

/** A connector waits for Redis and gateway by itself: to start it anew would mend nothing. */
async function answerHealth(): Promise<Page> {
  return { type: 'text/plain', text: 'ok' };
}

function chooseList(settings: ConnectorSettings): ListFunctions {
  switch (settings.RAIBID_DISCOVER) {
    case 'gateway':
      return listFromGateway({
        url: settings.gateway_url,
        secretsDirectory: settings.basic_auth ? settings.secret_mount_path : null,
      });
    case 'kubernetes':
      return listFromKubernetes(settings.function_namespace);
    case 'file':
      return listFromFile(settings.RAIBID_FUNCTIONS_FILE);
  }
}
