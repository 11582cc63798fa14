import type { Finding } from '../finding.js';
import type { Stack } from '../read-stack.js';
import { textOf, textsOf, valueOf } from '../value.js';

/** Name of a gateway and of a secret that nobody has: a deployment of what is no function fails, and says why. */
export const NO_FUNCTION = 'this-is-not-a-function';

/** Images that are only built must not be deployable by mistake, and functions must. */
export function* checkNotDeployed({ kind, root, functions }: Stack): Generator<Finding> {
  const provider = valueOf(root, 'provider');
  const gateway = textOf(provider, 'gateway') ?? '';
  const at = valueOf(provider, 'gateway')?.at ?? provider?.at ?? root.at;
  const isGuarded = gateway === `http://${NO_FUNCTION}.invalid`;
  if (kind === 'images' && !isGuarded) {
    const what = '`faas-cli up` would deploy these as functions';
    yield { at, where: 'provider.gateway', what, fix: `Write \`gateway: http://${NO_FUNCTION}.invalid\`` };
  } else if (kind === 'functions' && gateway.includes('.invalid')) {
    yield { at, where: 'provider.gateway', what: 'nothing can be deployed there', fix: 'Name a gateway' };
  }
  for (const { where, at: place, value } of functions) {
    const secret = textsOf(value, 'secrets').find(({ text }) => text === NO_FUNCTION);
    if (kind === 'images' && !secret) {
      const what = '`faas-cli deploy --gateway …` would deploy it as a function';
      yield { at: place, where: `${where}.secrets`, what, fix: `List the secret ${NO_FUNCTION}, which nobody has` };
    } else if (kind === 'functions' && secret) {
      yield { at: secret.at, where: `${where}.secrets`, what: 'nobody has this secret', fix: 'Take it out' };
    }
  }
}
