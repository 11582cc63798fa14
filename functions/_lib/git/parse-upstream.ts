import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RaibidError } from '../errors.js';
import { redactCredentials } from './redact-credentials.js';

export interface Upstream {
  readonly kind: 'https' | 'http' | 'ssh' | 'path';
  /** As git takes it; a path is absolute. */
  readonly url: string;
}

export interface UpstreamRules {
  /** Local mode: paths, file:// and http to this machine are allowed. */
  readonly local: boolean;
  /** What relative paths start from; without it they are refused. */
  readonly base?: string;
}

const SCP_LIKE = /^(?:[A-Za-z0-9_][A-Za-z0-9._-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*:(?![:-])(?!\/\/)[^\s]+$/;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Reads where a mirror comes from: https, ssh, and in local mode paths. Throws `upstream-unsupported`. */
export function parseUpstream(text: string, rules: UpstreamRules): Upstream {
  const upstream = text.trim();
  if (upstream === '' || upstream.length > 2048 || /\p{Cc}/u.test(upstream)) {
    throw unsupported(text, 'must be a URL or a path of one line');
  }
  if (upstream.startsWith('-')) throw unsupported(text, 'must not start with "-"');
  if (/^[a-z0-9+.-]+::/i.test(upstream)) throw unsupported(text, 'names a remote helper');
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(upstream)) return parseUrl(upstream, rules);
  if (SCP_LIKE.test(upstream)) return { kind: 'ssh', url: upstream };
  if (/^[^/]*:/.test(upstream)) throw unsupported(text, 'is neither a URL nor user@host:path');
  return parsePath(upstream, rules);
}

function parseUrl(text: string, { local }: UpstreamRules): Upstream {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) throw unsupported(text, 'is not a well-formed URL');
  if (url.password !== '' || (url.username !== '' && url.protocol !== 'ssh:')) {
    const hint = 'Leave them out of the URL and set up a git credential helper, or use ssh: the URL is stored on disk.';
    throw unsupported(text, 'holds credentials', hint);
  }
  if (url.search !== '' || url.hash !== '') throw unsupported(text, 'must not have a query or a fragment');
  if (url.protocol === 'file:') return parseFileUrl(url, text, local);
  if (url.hostname === '' || url.hostname.startsWith('-') || url.pathname.length < 2 || url.pathname.startsWith('/-')) {
    throw unsupported(text, 'must name a host and a repository');
  }
  if (url.username.startsWith('-')) throw unsupported(text, 'must not have a user that starts with "-"');
  if (url.protocol === 'https:') return { kind: 'https', url: url.href };
  if (url.protocol === 'ssh:') return { kind: 'ssh', url: text };
  if (url.protocol === 'http:' && local && LOOPBACK.has(url.hostname)) return { kind: 'http', url: url.href };
  if (url.protocol === 'http:') throw unsupported(text, 'uses http, which anyone on the way can change');
  throw unsupported(text, `uses ${url.protocol}//`);
}

function parseFileUrl(url: URL, text: string, local: boolean): Upstream {
  if (!local) throw unsupported(text, 'is a file of this machine');
  if (url.host !== '') throw unsupported(text, 'names another host; write file:///path');
  if (/%2f|%00/i.test(url.pathname)) throw unsupported(text, 'is not a well-formed file URL');
  const path = decodePath(url, text);
  if (/\p{Cc}/u.test(path)) throw unsupported(text, 'must be a path of one line');
  return { kind: 'path', url: path };
}

function decodePath(url: URL, text: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new RaibidError('upstream-unsupported', `upstream ${JSON.stringify(text)} is not a well-formed file URL`, {
      cause,
    });
  }
}

function parsePath(text: string, { local, base }: UpstreamRules): Upstream {
  if (!local) throw unsupported(text, 'is neither an https nor an ssh URL');
  if (isAbsolute(text)) return { kind: 'path', url: resolve(text) };
  if (base === undefined) throw unsupported(text, 'is a relative path', 'Give the absolute path.');
  return { kind: 'path', url: resolve(base, text) };
}

function unsupported(text: string, what: string, hint?: string): RaibidError {
  const shown = JSON.stringify(redactCredentials(text.trim()).replace(/\?.*$/s, '?…').slice(0, 200));
  return new RaibidError('upstream-unsupported', `upstream ${shown} ${what}`, hint === undefined ? {} : { hint });
}
