import { JobId } from '#lib/core/names.js';
import { RaibidError } from '#lib/errors.js';
import type { Client } from '../../client.js';
import { shortJobId } from '../../ui/status/job-columns.js';

const LATEST = 100;
const LEAST = 4;

/** The id that a person meant: a whole one, `latest`, or an unambiguous beginning or end of one of the latest 100. */
export async function findJobId(client: Pick<Client, 'listJobs'>, text: string): Promise<string> {
  const wanted = text.toUpperCase();
  if (JobId.safeParse(wanted).success) return wanted;
  if (text === 'latest') {
    const [job] = (await client.listJobs({ limit: 1 })).jobs;
    if (!job) throw new RaibidError('job-unknown', 'there are no jobs yet');
    return job.id;
  }
  if (!/^[0-9A-Z]+$/.test(wanted) || wanted.length < LEAST) {
    throw new RaibidError('usage', `"${text}" is no job id`, {
      hint: `Give a job id, its first or last ${LEAST} characters or more, or "latest".`,
    });
  }
  const { jobs } = await client.listJobs({ limit: LATEST });
  const found = jobs.filter(({ id }) => id.startsWith(wanted) || id.endsWith(wanted));
  const [only, other] = found;
  if (!only) throw new RaibidError('job-unknown', `none of the latest ${LATEST} jobs has an id like "${text}"`);
  if (!other) return only.id;
  const names = found.slice(0, 5).map(({ id }) => (id.endsWith(wanted) ? id : shortJobId(id)));
  throw new RaibidError('usage', `"${text}" could be any of ${found.length} jobs: ${names.join(', ')}`, {
    hint: 'Give more characters of the id.',
  });
}
