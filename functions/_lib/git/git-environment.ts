type Environment = Readonly<Record<string, string | undefined>>;

/** What users set to reach their forges; every other GIT_ variable could point git at another repository. */
const KEPT =
  /^GIT_(?:SSH|SSH_COMMAND|SSH_VARIANT|SSL_\w+|HTTP_\w+|PROXY_\w+|ASKPASS|EXEC_PATH|CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+))$/;

/**
 * The environment for a git process. `user`: with the user's configuration, for credentials and ssh.
 * `none`: without any, so that a checkout is the same on every machine.
 */
export function gitEnvironment(env: Environment, config: 'user' | 'none'): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    const isForeign = name.startsWith('GIT_') && (config === 'none' || !KEPT.test(name));
    if (value !== undefined && !isForeign && name !== 'LANGUAGE') clean[name] = value;
  }
  if (config === 'none') Object.assign(clean, { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' });
  // Nobody is there to answer: git, its askpass programs and ssh must fail instead of waiting.
  const silent = { GIT_TERMINAL_PROMPT: '0', SSH_ASKPASS: 'false', SSH_ASKPASS_REQUIRE: 'force' };
  return { ...clean, ...silent, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' };
}
