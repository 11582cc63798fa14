import { waitUntil } from '../../support/wait-until.js';
import type { Proof } from '../world.js';

export const takeWebhook: Proof = {
  name: 'webhook to the function URL -> job of exactly that commit',
  async run({ api, repo, ref, sha, settings }) {
    await api.addMirror(repo, settings.upstream);
    const answer = await api.push({ repo, sha, ref });
    if (answer.status !== 202) throw new Error(`the webhook answered ${answer.status}: ${answer.text}`);
    const job = await waitUntil(async () => (await api.jobs(`&repo=${repo}`)).find((one) => one.sha === sha), {
      what: 'the push has its job',
      deadlineMs: 120_000,
      everyMs: 200,
    });
    if (job.ref !== ref) throw new Error(`the job is of ${job.ref}`);
    const forged = await api.call('mirror-sync', { method: 'POST', body: '{}', token: null });
    if (forged.status !== 401) throw new Error(`an unsigned webhook was answered ${forged.status}`);
    return `job ${job.id} is ${job.state}; unsigned: 401`;
  },
};
