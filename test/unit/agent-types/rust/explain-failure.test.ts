import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rust } from '#lib/agent-types/rust/index.js';

const needed = (tail: string) => rust.explainFailure(tail)?.needed ?? null;

describe('explainFailure of Rust', () => {
  for (const [tail, version] of [
    [
      'error: failed to parse lock file at: /x/Cargo.lock\n\nCaused by:\n  lock file version 4 requires `-Znext-lockfile-bump`\n',
      '1.78',
    ],
    [
      'Caused by:\n  lock file version `4` was found, but this version of Cargo does not understand this lock file, perhaps Cargo needs to be updated?\n',
      '1.78',
    ],
    [
      'Caused by:\n  lock file version 99 was found, but this version of Cargo does not understand this lock file',
      'a newer cargo',
    ],
    [
      'Caused by:\n  feature `edition2024` is required\n\n  The package requires the Cargo feature called `edition2024`, but that feature is not stabilized in this version of Cargo (1.75.0).\n',
      '1.85',
    ],
    [
      '  The package requires the Cargo feature called `codegen-backend`, but that feature is not stabilized',
      'nightly',
    ],
    [
      '  the cargo feature `codegen-backend` requires a nightly version of Cargo, but this is the `stable` channel',
      'nightly',
    ],
    ['  supported edition values are `2015`, `2018`, or `2021`, but `2024` is unknown', '1.85'],
    [
      '  this version of Cargo is older than the `2024` edition, and only supports `2015`, `2018`, and `2021` editions.',
      '1.85',
    ],
    [
      'error: package `time v0.3.40` cannot be built because it requires rustc 1.81.0 or newer, while the currently active rustc version is 1.63.0\n',
      '1.81.0',
    ],
    [
      'error: rustc 1.75.0 is not supported by the following packages:\n  a@1.0.0 requires rustc 1.80\n  b@2.0.0 requires rustc 1.100.1\n  c@1.0.0 requires rustc 1.81\n',
      '1.100.1',
    ],
    [
      "\u001b[1m\u001b[91merror\u001b[0m: toolchain '1.50.0-x86_64-unknown-linux-gnu' is not installed\nhelp: run",
      '1.50.0',
    ],
    ["error: toolchain 'nightly-2024-01-01-aarch64-unknown-linux-gnu' is not installable\r\n", 'nightly-2024-01-01'],
    ["error: 'cargo' is not installed for the toolchain 'stable-x86_64-unknown-linux-gnu'.", 'stable'],
    [
      'error: the `-Z` flag is only accepted on the nightly channel of Cargo, but this is the `stable` channel',
      'nightly',
    ],
  ] as const) {
    it(`needs ${version}: ${tail.trim().split('\n').at(-1)?.slice(0, 70)}`, () => {
      expect(needed(tail)).to.equal(version);
    });
  }

  it('finds nothing in what ordinary failures say', () => {
    expect(needed('')).to.equal(null);
    expect(
      needed('error[E0308]: mismatched types\nerror: could not compile `x` (lib) due to 1 previous error\n'),
    ).to.equal(null);
    expect(
      needed('test t ... FAILED\n  left: "it requires rustc 1.99 or newer"\ntoolchain \'x\' is not installed\n'),
    ).to.equal(null);
  });

  it('gives the line that says so', () => {
    const tail = "error: toolchain '1.50.0-x86_64-unknown-linux-gnu' is not installed\n";
    expect(rust.explainFailure(tail)?.why).to.equal("toolchain '1.50.0-x86_64-unknown-linux-gnu' is not installed");
  });

  describe('of the cargo that is installed', () => {
    let directory = '';
    before(async () => {
      directory = await mkdtemp(join(tmpdir(), 'raibid-cargo-'));
      await mkdir(join(directory, 'src'));
      await writeFile(join(directory, 'src/lib.rs'), '');
    });
    after(() => rm(directory, { recursive: true, force: true }));

    async function build(files: Record<string, string>): Promise<string> {
      for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
      return new Promise((resolve) => {
        execFile('cargo', ['build', '--offline'], { cwd: directory }, (_error, stdout, stderr) =>
          resolve(stdout + stderr),
        );
      });
    }
    const manifest = (lines: string) => `[package]\nname = "x"\nversion = "0.1.0"\n${lines}\n`;

    it('understands a rust-version that is too new', async () => {
      expect(needed(await build({ 'Cargo.toml': manifest('rust-version = "1.999"') }))).to.equal('1.999');
    });

    it('understands a lock file that is too new', async () => {
      const tail = await build({ 'Cargo.toml': manifest('edition = "2018"'), 'Cargo.lock': 'version = 99\n' });
      expect(needed(tail)).to.equal('a newer cargo');
    });
  });
});
