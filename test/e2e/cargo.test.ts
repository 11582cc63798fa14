import { expect } from 'chai';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createUpstream, type FileChanges } from '../support/git-upstream.js';
import { makePlatformHome, type PlatformHome, type TestPlatform } from '../support/platform.js';

const SAMPLE = fileURLToPath(new URL('../../cli/demo/sample', import.meta.url));
const PATIENCE = { deadlineMs: 120_000 };

const member = (name: string, more = '') =>
  `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\n${more}`;

/** Two members, one of which needs the other; no lock file. */
const WORKSPACE: FileChanges = {
  'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n',
  'crates/core/Cargo.toml': member('tally-core'),
  'crates/core/src/lib.rs':
    'pub fn add(a: u32, b: u32) -> u32 { a + b }\n#[test]\nfn adds() { assert_eq!(add(1, 2), 3); }\n',
  'crates/cli/Cargo.toml': member('tally-cli', 'tally-core = { path = "../core" }\n'),
  'crates/cli/src/main.rs':
    'fn main() { println!("{}", tally_core::add(1, 2)); }\n#[test]\nfn counts() { println!("in a test"); assert_eq!(tally_core::add(2, 2), 4); }\n',
};

describe('Rust projects, end to end', () => {
  let home: PlatformHome;
  let platform: TestPlatform;

  before(async () => {
    home = await makePlatformHome();
    platform = await home.start();
  });
  after(() => home.remove());

  async function readSample(): Promise<FileChanges> {
    const names = await readdir(SAMPLE, { recursive: true, withFileTypes: true });
    const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const read = files
      .filter((path) => !path.includes('/target/'))
      .map(async (path) => {
        return [path.slice(SAMPLE.length + 1), await readFile(path, 'utf8')] as const;
      });
    return Object.fromEntries(await Promise.all(read));
  }

  it('are built and tested as their developers would, and fail when their tests do', async () => {
    const upstream = await createUpstream({ files: { README: 'empty' } });
    await platform.addMirror('ada/sample', upstream.path);
    const good = await upstream.commit(await readSample());
    await platform.push({ repo: 'ada/sample', sha: good });
    const bad = await upstream.commit({
      'tests/order.rs': '#[test]\nfn holds() { println!("said by the test"); assert_eq!(1, 2, "they differ"); }\n',
    });
    await platform.push({ repo: 'ada/sample', sha: bad });

    const job = await platform.waitFor(good, 'succeeded', PATIENCE);
    const log = await platform.log(job.id);
    const order = [
      '==> build: cargo build --locked --all-targets',
      ' Compiling ',
      ' Finished ',
      '==> test: cargo test --locked',
      ' Running ',
      'test result: ok.',
    ];
    let at = -1;
    for (const text of order) {
      const next = log.indexOf(text, at + 1);
      expect(next, `${text} in\n${log}`).to.be.greaterThan(at);
      at = next;
    }
    expect(job['result']).to.have.nested.property('tests.failed', 0);
    expect(job['result']).to.have.nested.property('tests.passed').greaterThan(0);
    expect(job['result'])
      .to.have.property('toolchain')
      .match(/^cargo \d/);

    const failed = await platform.waitFor(bad, 'failed', PATIENCE);
    expect(failed).to.include({ cause: 'exit', exitCode: 101 });
    expect(failed['result']).to.have.nested.property('tests.failed', 1);
    const output = await platform.log(failed.id);
    for (const text of ['said by the test', 'they differ', 'test result: FAILED. 0 passed; 1 failed']) {
      expect(output).to.contain(text);
    }
    await upstream.remove();
  });

  it('may be workspaces without a lock file', async () => {
    const upstream = await createUpstream({ files: WORKSPACE });
    await platform.addMirror('ada/tally', upstream.path, { build: true });
    const job = await platform.waitFor(upstream.head(), 'succeeded', PATIENCE);
    expect(job['result']).to.have.nested.property('tests.passed', 2);
    const log = await platform.log(job.id);
    expect(log).to.match(/^==> build: cargo build --all-targets$/m);
    expect(log).to.match(/^test adds \.\.\. ok$/m);
    expect(log).to.match(/^test counts \.\.\. ok$/m);
    await upstream.remove();
  });

  it('that do not compile fail with what the compiler says', async () => {
    const upstream = await createUpstream({ files: { ...WORKSPACE, 'crates/core/src/lib.rs': 'pub fn add( {}\n' } });
    await platform.addMirror('ada/broken', upstream.path, { build: true });
    const job = await platform.waitFor(upstream.head(), 'failed', PATIENCE);
    expect(job).to.include({ cause: 'exit', reason: 'build: exit code 101' });
    expect(await platform.log(job.id)).to.contain('crates/core/src/lib.rs:1:');
    await upstream.remove();
  });
});
