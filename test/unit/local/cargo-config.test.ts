import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { linkCargoConfig } from '../../../cli/local/cargo-config.js';

describe('linkCargoConfig', () => {
  let root: string;
  let shared: string;
  const env = () => ({ HOME: join(root, 'home') });

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'raibid-cargo-'));
    shared = join(root, 'shared');
    await mkdir(shared);
    await mkdir(join(root, 'home/.cargo'), { recursive: true });
  });
  afterEach(() => rm(root, { recursive: true }));

  it("gives the shared home the user's configuration", async () => {
    await writeFile(join(root, 'home/.cargo/config.toml'), 'mine');
    await linkCargoConfig(shared, env());
    await linkCargoConfig(shared, env());
    expect(await readFile(join(shared, 'config.toml'), 'utf8')).to.equal('mine');
  });

  it('drops a link whose file is gone', async () => {
    const own = join(root, 'home/.cargo/config.toml');
    await writeFile(own, 'mine');
    await linkCargoConfig(shared, env());
    await rm(own);
    await linkCargoConfig(shared, env());
    expect(await readFile(join(shared, 'config.toml'), 'utf8').catch(() => null)).to.equal(null);
  });

  it('leaves a file that somebody put there', async () => {
    await writeFile(join(root, 'home/.cargo/config.toml'), 'mine');
    await writeFile(join(shared, 'config.toml'), 'theirs');
    await linkCargoConfig(shared, env());
    expect(await readFile(join(shared, 'config.toml'), 'utf8')).to.equal('theirs');
  });
});
