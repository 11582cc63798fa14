/** Names that reach cargo, rustup and git from the agent: how to get to the network, never who one is there. */
const PASSED = new RegExp(
  [
    '^(?:HTTPS?|ALL|NO)_PROXY$',
    '^(?:https?|all|no)_proxy$',
    '^(?:SSL_CERT_FILE|SSL_CERT_DIR|CURL_CA_BUNDLE|GIT_SSL_CAINFO)$',
    '^CARGO_(?:HTTP|NET|REGISTRY|REGISTRIES|SOURCE)_',
    '^RUSTUP_',
  ].join('|'),
);
const SECRET = /TOKEN|SECRET|PASSWORD|CREDENTIAL/i;

export function environment(host: {
  readonly cargoHome: string;
  readonly buildJobs: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Record<string, string> {
  const passed = Object.entries(host.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && PASSED.test(entry[0]) && !SECRET.test(entry[0]),
  );
  // The step's HOME is its own, where rustup would find no toolchain.
  const rustupHome: Record<string, string> =
    host.env.HOME === undefined ? {} : { RUSTUP_HOME: `${host.env.HOME}/.rustup` };
  return {
    ...rustupHome,
    ...Object.fromEntries(passed),
    CARGO_HOME: host.cargoHome,
    CARGO_BUILD_JOBS: String(host.buildJobs),
    // Plain lines, as cargo prints them to a file.
    CARGO_TERM_COLOR: 'never',
    CARGO_TERM_PROGRESS_WHEN: 'never',
  };
}
