import { request as requestPlainly } from 'node:http';
import { request, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';

const TIMEOUT_MS = 10_000;

/**
 * Makes one GET of the API server of this pod's service account or of the kubeconfig in force, read again at each call: tokens are rotated.
 * Of the client's package only this file is used: its typed calls would bring a megabyte of models into the bundle.
 */
export async function readCluster(path: string): Promise<{ status: number; body: string }> {
  const config = new KubeConfig();
  config.loadFromDefault();
  const server = config.getCurrentCluster()?.server;
  if (server === undefined)
    throw new Error('there is no service account here, and no kubeconfig with a current cluster');
  const options: RequestOptions = { timeout: TIMEOUT_MS, headers: { Accept: 'application/json' } };
  await config.applyToHTTPSOptions(options);
  // The client makes an agent for each call; connections that it kept open would never be used again.
  const { agent } = options;
  try {
    return await get(new URL(server.replace(/\/$/, '') + path), options);
  } finally {
    if (typeof agent === 'object') agent.destroy();
  }
}

function get(url: URL, options: RequestOptions): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const req = (url.protocol === 'http:' ? requestPlainly : request)(url, options);
    req.on('timeout', () => req.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    req.on('error', reject);
    req.on('response', (res) => {
      text(res).then((body) => resolve({ status: res.statusCode ?? 0, body }), reject);
    });
    req.end();
  });
}
