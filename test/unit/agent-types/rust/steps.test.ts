import { expect } from 'chai';
import { rust } from '#lib/agent-types/rust/index.js';

describe('steps of a Rust project', () => {
  const argumentsOf = (names: string[]) =>
    rust.steps({ names: new Set(names), contents: new Map() }).map(({ name, command }) => [name, command]);

  it('build and test with the versions of the lock file', () => {
    expect(argumentsOf(['Cargo.toml', 'Cargo.lock'])).to.deep.equal([
      ['build', { argv: ['cargo', 'build', '--locked', '--all-targets'] }],
      ['test', { argv: ['cargo', 'test', '--locked'] }],
    ]);
  });

  it('are not locked without a lock file', () => {
    expect(argumentsOf(['Cargo.toml'])).to.deep.equal([
      ['build', { argv: ['cargo', 'build', '--all-targets'] }],
      ['test', { argv: ['cargo', 'test'] }],
    ]);
  });
});
