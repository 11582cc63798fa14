import { RepoName } from '#lib/core/names.js';
import { RaibidError } from '#lib/errors.js';

/** `owner/repo` from the last two parts of a URL or path, when --name is missing. */
export function deriveName(upstream: string): string {
  const path = upstream
    .replace(/^[a-z+]+:\/\/[^/]*/i, '')
    .replace(/^[^/\s]+@[^/\s:]+:/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/i, '');
  const name = path
    .split('/')
    .filter((part) => part !== '')
    .slice(-2)
    .join('/');
  if (RepoName.safeParse(name).success) return name;
  throw new RaibidError('usage', `no owner/repo can be told from ${hideSecrets(upstream)}`, {
    hint: 'Say it with --name owner/repo.',
  });
}

export function checkName(name: string): string {
  const parsed = RepoName.safeParse(name);
  if (parsed.success) return parsed.data;
  const problem = parsed.error.issues[0]?.message ?? 'is not a repository name';
  throw new RaibidError('usage', `"${name}" ${problem}`, { hint: 'It looks like octocat/hello-world.' });
}

/** A URL without the user and password that it may hold. */
function hideSecrets(upstream: string): string {
  return upstream.replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1');
}
