import { z } from 'zod';
import { DeliveryId, GitRef, RepoName, Sha } from '#lib/core/names.js';

/** Headers that GitHub sends with every delivery. */
export const WebhookHeaders = z.object({
  'X-GitHub-Event': z.string('is missing').regex(/^[a-z_]{1,50}$/, 'must be the name of an event'),
  'X-GitHub-Delivery': z.string('is missing').pipe(DeliveryId),
});

const Repository = z.object({ full_name: RepoName });

/** The parts of GitHub's `push` payload that we use. */
export const PushPayload = z.object({
  ref: GitRef,
  after: Sha,
  deleted: z.boolean().default(false),
  repository: Repository,
  head_commit: z.object({ message: z.string() }).nullish(),
});
export type PushPayload = z.infer<typeof PushPayload>;

const PREFIX = { branch: 'refs/heads/', tag: 'refs/tags/' } as const;

/** The parts of GitHub's `delete` payload that we use; `ref` is a short name there. */
export const DeletePayload = z
  .object({ ref: z.string(), ref_type: z.enum(['branch', 'tag']), repository: Repository })
  .transform(({ ref, ref_type, repository }) => ({ ref: `${PREFIX[ref_type]}${ref}`, repository }))
  .pipe(z.object({ ref: GitRef, repository: Repository }));
