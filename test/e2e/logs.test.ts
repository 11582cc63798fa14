import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createUpstream, type Upstream } from '../support/git-upstream.js';
import { makePlatformHome, type PlatformHome, type TestPlatform } from '../support/platform.js';
import { shellProject, waitForFile } from '../support/platform-project.js';
import { parseStream, type StreamedEvent, textOf } from '../support/platform-stream.js';
import { waitUntil } from '../support/wait-until.js';

const REPO = 'ada/engine';
const EVENTS = { Accept: 'text/event-stream' };

describe('logs, end to end', () => {
  let home: PlatformHome;
  let platform: TestPlatform;
  let upstream: Upstream;

  before(async () => {
    home = await makePlatformHome();
    [platform, upstream] = await Promise.all([home.start(), createUpstream({ files: { README: 'nothing' } })]);
    await platform.addMirror(REPO, upstream.path);
  });
  after(async () => {
    await Promise.all([home.remove(), upstream.remove()]);
  });

  async function run(steps: string | readonly string[], files = {}) {
    const sha = await upstream.commit({ ...shellProject(steps), ...files });
    await platform.push({ repo: REPO, sha });
    return sha;
  }

  async function readEvents(path: string, headers = {}): Promise<StreamedEvent[]> {
    const { text, headers: answered } = await platform.call(path, { headers: { ...EVENTS, ...headers } });
    expect(answered.get('content-type')).to.match(/^text\/event-stream/);
    return parseStream(text);
  }

  it('hold every byte of a flood in order, as text and as events', async () => {
    // Lines of many lengths, with characters of two to four bytes; so many that batches end anywhere.
    const awk = `BEGIN { for (i = 1; i <= 60000; i++) { printf "%d ", i; for (j = i % 23; j > 0; j--) printf "é€😀"; print "" } }`;
    const sha = await run(`awk '${awk}'`);
    const job = await platform.waitFor(sha, 'succeeded');
    const lines = Array.from({ length: 60_000 }, (_, i) => `${i + 1} ${'é€😀'.repeat((i + 1) % 23)}\n`);
    const expected = `==> step0: awk '${awk}'\n${lines.join('')}`;
    const digest = (text: string) => createHash('sha256').update(text).digest('hex');
    const text = await platform.log(job.id);
    expect(text.length).to.equal(expected.length);
    expect(digest(text)).to.equal(digest(expected));
    const events = await readEvents(`status/jobs/${job.id}/logs`);
    expect(events.every(({ event }) => event === 'log')).to.equal(true);
    expect(events.map(({ id }) => Number(id))).to.deep.equal(events.map((_, index) => index + 1));
    expect(digest(events.map(textOf).join(''))).to.equal(digest(expected));
  });

  it('hold output that is no text, endless lines and a last line without an end, byte for byte', async () => {
    const shown =
      'head -c 70000 /dev/zero | tr "\\0" x; printf "\\n\\377\\376\\000\\001\\033[31mred\\r\\n"; printf end';
    const sha = await run([shown, 'printf more']);
    const job = await platform.waitFor(sha, 'succeeded');
    const answer = await platform.open(`status/jobs/${job.id}/logs`);
    const bytes = Buffer.from(await answer.arrayBuffer());
    const expected = Buffer.concat([
      Buffer.from(`==> step0: ${shown}\n${'x'.repeat(70_000)}\n`),
      Buffer.from([0xff, 0xfe, 0x00, 0x01]),
      Buffer.from(`\u001b[31mred\r\nend`),
      Buffer.from('\n==> step1: printf more\nmore'),
    ]);
    expect(bytes.equals(expected), bytes.subarray(-120).toString()).to.equal(true);
  });

  it('can be followed from before the job runs, resumed where one left off, and read by step', async () => {
    const gate = join(home.path, 'gate');
    await platform.control({ pause: true });
    const sha = await run([`echo one; ${waitForFile(gate)}; echo two`, 'echo three']);
    const { id } = await platform.waitFor(sha, 'queued');

    const followed = platform.call(`status/jobs/${id}/logs?follow=1`);
    const streamed = readEvents(`status/jobs/${id}/logs?follow=1`);
    await platform.control({ resume: true });
    await waitUntil(async () => (await platform.log(id)).includes('\none\n'), { what: 'the first line is there' });
    const seen = await readEvents(`status/jobs/${id}/logs`);
    const last = seen.at(-1)?.id ?? '';
    const resumed = readEvents(`status/jobs/${id}/logs?follow=true`, { 'Last-Event-ID': last });
    const after = platform.call(`status/jobs/${id}/logs?follow=1&after=${last}`);
    await writeFile(gate, '');

    const head = seen.map(textOf).join('');
    const whole = (await followed).text;
    expect(head).to.equal(`==> step0: echo one; ${waitForFile(gate)}; echo two\none\n`);
    expect(whole).to.equal(`${head}two\n==> step1: echo three\nthree\n`);
    const events = await streamed;
    expect(
      events
        .filter(({ event }) => event === 'log')
        .map(textOf)
        .join(''),
    ).to.equal(whole);
    expect(events.at(-1)).to.deep.include({ event: 'end', data: { attempt: 1, state: 'succeeded' } });
    const rest = (await resumed)
      .filter(({ event }) => event === 'log')
      .map(textOf)
      .join('');
    expect(rest).to.equal(whole.slice(head.length));
    expect((await after).text).to.equal(rest);
    expect(await platform.log(id, '?step=1')).to.equal('==> step1: echo three\nthree\n');
  });

  it('of a job that never ran are empty, of jobs and attempts that are not there an error', async () => {
    await platform.control({ pause: true });
    const { id } = await platform.waitFor(await run('echo never'), 'queued');
    const followed = platform.call(`status/jobs/${id}/logs?follow=1`);
    await platform.call(`dispatch/jobs/${id}/cancel`, { method: 'POST' });
    expect(await followed).to.include({ status: 200, text: '' });
    await platform.control({ resume: true });
    const unknown = await platform.call(`status/jobs/${id}/logs?attempt=2`);
    expect(unknown.status).to.equal(404);
    expect(unknown.json).to.include({ code: 'attempt-unknown' });
    const missing = await platform.call('status/jobs/01ARZ3NDEKTSV4RRFFQ69G5FAV/logs');
    expect(missing.json).to.include({ status: 404, code: 'job-unknown' });
  });
});
