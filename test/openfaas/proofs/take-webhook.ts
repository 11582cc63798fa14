import type { Proof } from '../world.js';

export const takeWebhook: Proof = {
  name: 'webhook to the function URL -> job of exactly that commit',
  async run({ api, repo, sha, settings }) {
    await api.addMirror(repo, settings.upstream);
    const answer = await api.push({ repo, sha, ref: 'refs/heads/proof-webhook' });
    if (answer.status !== 202) throw new Error(`the webhook answered ${answer.status}: ${answer.text}`);
    const job = await api.waitFor(sha, ['queued', 'ready', 'running', 'succeeded', 'failed'], { deadlineMs: 120_000 });
    const forged = await api.call('mirror-sync', { method: 'POST', body: '{}', token: null });
    if (forged.status !== 401) throw new Error(`an unsigned webhook was answered ${forged.status}`);
    return `job ${job.id} is ${job.state}; unsigned: 401`;
  },
};
