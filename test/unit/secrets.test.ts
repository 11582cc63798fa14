import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RaibidError } from '#lib/errors.js';
import { openSecrets, requireSecrets, type Secrets } from '#lib/secrets.js';
import { expect } from 'chai';
import { failureOf } from './http/failure-of.js';

describe('secrets', () => {
  let directory: string;
  let time: number;
  let secrets: Secrets;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'raibid-secrets-'));
    time = 1_000_000;
    secrets = openSecrets(directory, { now: () => time });
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  for (const [what, content] of [
    ['no newline', 's3cret '],
    ['a newline', 's3cret \n'],
    ['CRLF', 's3cret \r\n'],
  ] as const) {
    it(`reads a secret with ${what} at the end, and keeps its blanks`, async () => {
      await writeFile(join(directory, 'admin-token'), content);
      expect(await secrets.read('admin-token')).to.equal('s3cret ');
    });
  }

  it('gives both secrets of a rotation, new before old, and the new one to sign with', async () => {
    await writeFile(join(directory, 'webhook-secret'), 'new\r\nold\n');
    expect(await secrets.readAll('webhook-secret')).to.deep.equal(['new', 'old']);
    expect(await secrets.read('webhook-secret')).to.equal('new');
  });

  it('sees a rotation within a second, without a restart', async () => {
    await writeFile(join(directory, 'webhook-secret'), 'old');
    expect(await secrets.read('webhook-secret')).to.equal('old');
    await writeFile(join(directory, 'webhook-secret'), 'new');
    time += 999;
    expect(await secrets.read('webhook-secret')).to.equal('old');
    time += 1;
    expect(await secrets.read('webhook-secret')).to.equal('new');
  });

  it('reads again when the clock was set back', async () => {
    await writeFile(join(directory, 'webhook-secret'), 'old');
    await secrets.read('webhook-secret');
    await writeFile(join(directory, 'webhook-secret'), 'new');
    time -= 3_600_000;
    expect(await secrets.read('webhook-secret')).to.equal('new');
  });

  it('names the file and the directory of a missing secret, and finds it once it is there', async () => {
    const error = await failureOf(secrets.read('connector-secret'));
    expect(error).to.be.instanceOf(RaibidError).with.property('code', 'secret-missing');
    expect(error.message).to.include('connector-secret').and.include(directory);
    await writeFile(join(directory, 'connector-secret'), 'late');
    expect(await secrets.read('connector-secret')).to.equal('late');
  });

  it('takes an empty file for a missing secret', async () => {
    await writeFile(join(directory, 'webhook-secret'), '\n');
    expect(await failureOf(secrets.read('webhook-secret'))).to.have.property('code', 'secret-missing');
  });

  it('refuses a start and names every secret that is missing', async () => {
    await writeFile(join(directory, 'admin-token'), 't');
    await requireSecrets(secrets, ['admin-token']);
    const error = await failureOf(requireSecrets(secrets, ['admin-token', 'webhook-secret', 'connector-secret']));
    expect(error).to.have.property('code', 'secret-missing');
    expect(error.message).to.include('webhook-secret').and.include('connector-secret').and.not.include('admin-token');
  });
});
