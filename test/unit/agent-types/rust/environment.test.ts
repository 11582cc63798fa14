import { expect } from 'chai';
import { rust } from '#lib/agent-types/rust/index.js';

const environment = (env: Record<string, string | undefined>) =>
  rust.environment({ cargoHome: '/cargo', buildJobs: 4, env });

const ALWAYS = {
  CARGO_HOME: '/cargo',
  CARGO_BUILD_JOBS: '4',
  CARGO_TERM_COLOR: 'never',
  CARGO_TERM_PROGRESS_WHEN: 'never',
};

describe('environment of Rust', () => {
  it('lets cargo share its home and print plain lines', () => {
    expect(environment({})).to.deep.equal(ALWAYS);
    expect(environment({ CARGO_HOME: '/home/me/.cargo', CARGO_BUILD_JOBS: '99' })).to.deep.equal(ALWAYS);
  });

  it("finds rustup's toolchains although HOME is another", () => {
    expect(environment({ HOME: '/home/me' })).to.include({ RUSTUP_HOME: '/home/me/.rustup' });
    expect(environment({ HOME: '/home/me', RUSTUP_HOME: '/opt/rustup' })).to.include({ RUSTUP_HOME: '/opt/rustup' });
    expect(environment({ RUSTUP_TOOLCHAIN: 'nightly' })).to.include({ RUSTUP_TOOLCHAIN: 'nightly' });
  });

  it('passes on how to reach the network', () => {
    const network = {
      HTTPS_PROXY: 'http://proxy:1',
      no_proxy: 'localhost',
      SSL_CERT_FILE: '/ca.pem',
      GIT_SSL_CAINFO: '/ca.pem',
      CARGO_HTTP_CAINFO: '/ca.pem',
      CARGO_NET_OFFLINE: 'true',
      CARGO_REGISTRIES_MINE_INDEX: 'sparse+https://example.org/',
      CARGO_SOURCE_CRATES_IO_REPLACE_WITH: 'mine',
    };
    expect(environment(network)).to.deep.equal({ ...ALWAYS, ...network });
  });

  it('passes on nothing else, and no secret', () => {
    const others = {
      PATH: '/bin',
      RUSTFLAGS: '-g',
      REDIS_URL: 'redis://x',
      CARGO_REGISTRY_TOKEN: 'x',
      CARGO_REGISTRIES_MINE_TOKEN: 'x',
      CARGO_REGISTRIES_MINE_SECRET_KEY: 'x',
      MY_HTTP_PROXY: 'x',
      HTTP_PROXY: undefined,
    };
    expect(environment(others)).to.deep.equal(ALWAYS);
  });
});
