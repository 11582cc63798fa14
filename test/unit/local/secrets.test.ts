import { expect } from 'chai';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { prepareDataDirectory } from '../../../cli/local/data-directory.js';
import { makeSecrets, readHomeId } from '../../../cli/local/secrets.js';
import { RaibidError } from '#lib/errors.js';
import { caught } from '../../support/caught.js';
import { makeScratch } from './scratch.js';

describe('local/secrets and data directory', () => {
  let scratch: Awaited<ReturnType<typeof makeScratch>>;
  beforeEach(async () => {
    scratch = await makeScratch();
  });
  afterEach(() => scratch.remove());

  it('makes three secrets of 32 bytes in hex, for their owner only', async () => {
    const { secrets } = await prepareDataDirectory(join(scratch.path, 'data'));
    await makeSecrets(secrets);
    const names = await readdir(secrets);
    expect(names).to.have.members(['webhook-secret', 'connector-secret', 'admin-token']);
    const contents = await Promise.all(names.map((name) => readFile(join(secrets, name), 'utf8')));
    for (const content of contents) expect(content).to.match(/^[0-9a-f]{64}$/);
    expect(new Set(contents).size).to.equal(3);
    for (const name of names) expect((await stat(join(secrets, name))).mode & 0o777).to.equal(0o600);
    expect((await stat(secrets)).mode & 0o777).to.equal(0o700);
    expect((await stat(join(scratch.path, 'data'))).mode & 0o777).to.equal(0o700);
  });

  it('never changes a secret that is there, not even when two start at once', async () => {
    const { secrets } = await prepareDataDirectory(scratch.path);
    await writeFile(join(secrets, 'webhook-secret'), 'mine\n');
    await Promise.all([makeSecrets(secrets), makeSecrets(secrets)]);
    const token = await readFile(join(secrets, 'admin-token'), 'utf8');
    await makeSecrets(secrets);
    expect(await readFile(join(secrets, 'webhook-secret'), 'utf8')).to.equal('mine\n');
    expect(await readFile(join(secrets, 'admin-token'), 'utf8')).to.equal(token);
    expect(await readdir(secrets)).to.have.length(3);
  });

  it('gives each data directory an id that stays', async () => {
    const id = await readHomeId(scratch.path);
    expect(id).to.match(/^[0-9a-f]{16}$/);
    expect(await readHomeId(scratch.path)).to.equal(id);
  });

  it('says which directory can not be made', async () => {
    await writeFile(join(scratch.path, 'file'), '');
    const error = await caught(prepareDataDirectory(join(scratch.path, 'file', 'data')));
    expect(error).to.be.instanceOf(RaibidError).with.property('code', 'config-invalid');
    expect(String(error)).to.contain(join(scratch.path, 'file', 'data'));
  });
});
