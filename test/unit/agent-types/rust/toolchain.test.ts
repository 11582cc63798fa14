import { expect } from 'chai';
import { rust } from '#lib/agent-types/rust/index.js';

function check(contents: Record<string, string>, version: string | null) {
  const files = new Map(Object.entries(contents));
  return rust.checkToolchain({ names: new Set(files.keys()), contents: files }, version);
}

/** What is needed of a cargo that is too old; 'nothing' when the project can be built. */
function needed(contents: Record<string, string>, version = '1.50.0'): string {
  const verdict = check(contents, `cargo ${version} (0123456 2026-01-01)`);
  return verdict.ok ? 'nothing' : verdict.needed;
}

const manifest = (lines: string) => ({ 'Cargo.toml': `[package]\nname = "x"\n${lines}\n` });

describe('toolchain of a Rust project', () => {
  it('follows the version of the lock file', () => {
    const lock = (version: string) => ({
      'Cargo.lock': `# generated\n${version}\n\n[[package]]\nname = "x"\nversion = "4"\n`,
    });
    expect(needed(lock('version = 4'), '1.77.2')).to.equal('1.78');
    expect(needed(lock('version = 4'), '1.78.0')).to.equal('nothing');
    expect(needed(lock('version = 3'), '1.52.0')).to.equal('1.53');
    expect(needed(lock(''))).to.equal('nothing');
  });

  it('follows edition and rust-version, of the workspace too', () => {
    expect(needed(manifest('edition = "2024"'), '1.84.1')).to.equal('1.85');
    expect(needed(manifest('edition="2024" # new'), '1.85.0')).to.equal('nothing');
    expect(needed(manifest("edition = '2021'"))).to.equal('1.56');
    expect(needed(manifest('edition = "2018"'))).to.equal('nothing');
    expect(needed(manifest('rust-version = "1.80.1"'), '1.80.0')).to.equal('1.80.1');
    expect(
      needed({ 'Cargo.toml': '[workspace]\nmembers = ["a"]\n[ workspace . package ]\nedition = "2024"\n' }),
    ).to.equal('1.85');
    expect(needed({ 'Cargo.toml': 'package.rust-version = "1.70"\n' })).to.equal('1.70');
    expect(needed(manifest('edition.workspace = true\nrust-version = { workspace = true }'))).to.equal('nothing');
  });

  it('follows the channel of a toolchain file', () => {
    const named = (channel: string) => ({ 'rust-toolchain.toml': `[toolchain]\nchannel = "${channel}"\n` });
    expect(needed(named('1.80'), '1.79.0')).to.equal('1.80');
    expect(needed(named('1.80.1'), '1.80.1')).to.equal('nothing');
    expect(needed(named('1.80.1'), '1.95.0')).to.equal('nothing');
    expect(needed(named('1.80-x86_64-unknown-linux-gnu'))).to.equal('1.80');
    expect(needed(named('stable'))).to.equal('nothing');
    expect(needed(named('nightly'), '1.95.0')).to.equal('nightly');
    expect(needed(named('nightly-2026-01-01'), '1.95.0-nightly')).to.equal('nothing');
    expect(needed({ 'rust-toolchain': '1.80.1\n' })).to.equal('1.80.1');
    expect(needed({ 'rust-toolchain': '[toolchain]\nchannel = "1.81"\n' })).to.equal('1.81');
    expect(needed({ 'rust-toolchain': 'stable', ...named('1.99') })).to.equal('nothing');
  });

  it('names the highest of several demands', () => {
    const project = { ...manifest('edition = "2021"\nrust-version = "1.90"'), 'Cargo.lock': 'version = 4\n' };
    expect(needed(project)).to.equal('1.90');
    expect(needed({ ...project, 'rust-toolchain': 'nightly' })).to.equal('nightly');
  });

  it('is not misled by comments, strings and other tables', () => {
    expect(needed(manifest('# edition = "2024"\ndescription = "edition = \\"2024\\""'))).to.equal('nothing');
    expect(
      needed(manifest('description = """\nedition = "2024"\n[workspace.package]\nrust-version = "9.9"\n"""')),
    ).to.equal('nothing');
    expect(needed(manifest("description = '''\nedition = \"2024\"\n'''\nedition = \"2021\""))).to.equal('1.56');
    expect(needed(manifest('description = """one line"""\nedition = "2021"'))).to.equal('1.56');
    expect(needed(manifest('[package.metadata.x]\nedition = "2024"\n[dependencies]\nrust-version = "1.99"'))).to.equal(
      'nothing',
    );
    expect(needed(manifest('rust-version = "a lot"\nedition = "3000"'))).to.equal('nothing');
  });

  it('says what asks for it and what is installed', () => {
    expect(check({ 'Cargo.lock': 'version = 4\n' }, 'cargo 1.65.0\n')).to.deep.equal({
      ok: false,
      needed: '1.78',
      why: 'Cargo.lock is of version 4, which needs Rust 1.78 or newer; cargo 1.65.0 is installed',
    });
    expect(check({ 'Cargo.lock': 'version = 4\r\n' }, 'cargo 1.95.0 (f2d3ce0bd 2026-03-21)\n')).to.deep.equal({
      ok: true,
    });
  });

  it('needs cargo, or the toolchain that was asked for, when cargo can not be run', () => {
    expect(check({}, null)).to.deep.equal({ ok: false, needed: 'cargo', why: 'cargo could not be run' });
    expect(check({}, 'sh: gibberish')).to.include({ ok: false, needed: 'cargo' });
    expect(check({ 'rust-toolchain': '1.50.0' }, null)).to.deep.equal({
      ok: false,
      needed: '1.50.0',
      why: 'cargo could not be run; rust-toolchain asks for Rust 1.50.0',
    });
  });
});
