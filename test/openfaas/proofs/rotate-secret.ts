import { createPlatformApi } from '../../support/platform-api.js';
import { waitUntil } from '../../support/wait-until.js';
import type { Proof } from '../world.js';

const SECRET = 'webhook-secret';
/** A kubelet brings a changed secret into pods at its next sync: a minute, and its cache. */
const SYNC_MS = 240_000;

export const rotateSecret: Proof = {
  name: 'webhook secret rotated without a redeploy',
  async run({ gateway, secrets, settings, repo, sha }) {
    const fresh = `${secrets.webhook}-new`;
    const withSecret = (webhook: string) => createPlatformApi(settings.gateway.url, { ...secrets, webhook });
    const push = async (webhook: string) =>
      (await withSecret(webhook).push({ repo, sha, ref: 'refs/heads/proof-rotation' })).status;
    const started = Date.now();
    await gateway.saveSecret(SECRET, `${fresh}\n${secrets.webhook}`);
    await waitUntil(async () => (await push(fresh)) === 202, {
      what: 'the new one holds',
      deadlineMs: SYNC_MS,
      everyMs: 1000,
    });
    const both = await push(secrets.webhook);
    if (both !== 202) throw new Error(`the old secret was answered ${both} while both hold`);
    const seconds = Math.round((Date.now() - started) / 1000);
    await gateway.saveSecret(SECRET, fresh);
    await waitUntil(async () => (await push(secrets.webhook)) === 401, {
      what: 'the old one is over',
      deadlineMs: SYNC_MS,
      everyMs: 1000,
    });
    const last = await push(fresh);
    if (last !== 202) throw new Error(`the new secret was answered ${last} in the end`);
    await gateway.saveSecret(SECRET, secrets.webhook);
    await waitUntil(async () => (await push(secrets.webhook)) === 202, {
      what: 'the first one is back',
      deadlineMs: SYNC_MS,
      everyMs: 1000,
    });
    return `new one taken after ${seconds} s, both hold meanwhile, then the old one is refused`;
  },
};
