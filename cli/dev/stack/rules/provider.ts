import type { Finding } from '../finding.js';
import type { Stack } from '../read-stack.js';
import { textOf, valueOf } from '../value.js';

/** What faas-cli refuses or mistakes at the top of the file. */
export function* checkProvider({ root }: Stack): Generator<Finding> {
  const provider = valueOf(root, 'provider');
  const at = provider?.at ?? root.at;
  if (textOf(provider, 'name') !== 'openfaas') {
    yield { at, where: 'provider.name', what: 'must be openfaas', fix: 'Write `name: openfaas`' };
  }
  const version = textOf(root, 'version');
  if (version !== undefined && version !== '1.0') {
    const found = valueOf(root, 'version')?.at ?? root.at;
    yield { at: found, where: 'version', what: `faas-cli knows 1.0 only, not ${version}`, fix: 'Write 1.0' };
  }
  const gateway = textOf(provider, 'gateway');
  if (gateway !== undefined && !isGateway(gateway)) {
    const found = valueOf(provider, 'gateway')?.at ?? at;
    const what = `${gateway} is no URL of a gateway in lower case, and faas-cli lowers it`;
    yield { at: found, where: 'provider.gateway', what, fix: 'Write http://host:port or https://host' };
  }
}

function isGateway(text: string): boolean {
  return /^https?:\/\/[^\s/]+/.test(text) && text === text.toLowerCase() && URL.canParse(text);
}
