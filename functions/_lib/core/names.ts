import { z } from 'zod';

/**
 * Names that come from outside, validated once at the edge.
 * They end up in Redis keys, paths and argument lists, so the rules are an allow-list.
 */
const OWNER = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/;
// Unlike an owner a repository may begin with a dot: every organisation has its ".github".
const REPOSITORY = /^\.?[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/;

function isRepoName(name: string): boolean {
  const [owner = '', repository = '', ...more] = name.split('/');
  if (more.length > 0 || !OWNER.test(owner) || !REPOSITORY.test(repository)) return false;
  return !name.includes('..') && ![owner, repository].some((part) => part.toLowerCase().endsWith('.git'));
}

/** `owner/repo`, as GitHub spells it. */
export const RepoName = z
  .string()
  .max(201)
  .refine(isRepoName, { message: 'must be owner/repo: letters, digits, ".", "_", "-", not starting with "-"' });

/** A full commit id, SHA-1 or SHA-256, in lower case. */
export const Sha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'must be a full commit id in hex');

export function isZeroSha(sha: string): boolean {
  return /^0+$/.test(sha);
}

/** A full branch or tag ref, by the rules of git-check-ref-format, without shell metacharacters. */
export const GitRef = z
  .string()
  .max(255)
  .regex(/^refs\/(?:heads|tags)\/[A-Za-z0-9_@+=#,./-]+$/, 'must be refs/heads/… or refs/tags/… of plain characters')
  .refine((ref) => !/\.\.|\/\/|@\{|\/\.|\.(?:\/|$)|\.lock(?:\/|$)|\/$|\/-/.test(ref), {
    message: 'is not a well-formed git ref',
  });

export const DeliveryId = z.string().regex(/^[A-Za-z0-9-]{8,64}$/, 'must be a delivery id');

/** A ULID: 26 characters of Crockford's base 32. */
export const JobId = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'must be a job id (ULID)');

export const AgentType = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be an agent type such as "rust"');

/** The agent types there are; each is a plug-in in functions/_lib/agent-types. */
export const AGENT_TYPE_NAMES = ['rust'] as const;

/** An agent type that somebody asks for: of another one no agent would ever come. */
export const KnownAgentType = AgentType.refine((name) => AGENT_TYPE_NAMES.some((known) => known === name), {
  message: `is no agent type; there is: ${AGENT_TYPE_NAMES.join(', ')}`,
});

export const FunctionName = z.enum(['enqueue', 'dispatch', 'mirror-sync', 'cache-warm', 'status']);
export type FunctionName = z.infer<typeof FunctionName>;

/** The branch or tag that a ref names: `refs/heads/a/b` is `a/b`. */
export function shortRef(ref: string): string {
  return ref.replace(/^refs\/(?:heads|tags)\//, '');
}

export function isBranch(ref: string): boolean {
  return ref.startsWith('refs/heads/');
}

export function isTag(ref: string): boolean {
  return ref.startsWith('refs/tags/');
}
