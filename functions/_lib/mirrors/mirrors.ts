/**
 * Repositories kept in step with their upstream: bare repositories on a disk that all share, or each function's own copy.
 * Every call may throw RaibidError `upstream-unreachable` (try later) or `upstream-unsupported`.
 */
export interface Mirrors {
  /** Makes the mirror if it is not there and sets its upstream. Does not fetch. */
  ensure(repo: string, upstream: string): Promise<void>;
  /** Fetches all branches and tags and answers `refs`; forced pushes and deletions are followed. One call per repository at a time is the caller's duty. */
  sync(repo: string): Promise<ReadonlyMap<string, string>>;
  /** Branches and tags with their commits (annotated tags peeled), as last fetched. */
  refs(repo: string): Promise<ReadonlyMap<string, string>>;
  /** Short name of upstream's default branch, asked of upstream; null when it has none. */
  defaultBranch(repo: string): Promise<string | null>;
  /** Keeps a commit from being collected; fetches it by id when it is not there. False when upstream does not have it either. */
  pin(repo: string, sha: string): Promise<boolean>;
  /** Drops the pins of all commits that are not in `keep`. */
  unpinOthers(repo: string, keep: ReadonlySet<string>): Promise<void>;
  /** Files at the top of a commit's tree, and the contents of those in `names` that exist. Null when the commit is not there. */
  readTop(repo: string, sha: string, names: readonly string[]): Promise<TopOfTree | null>;
  /** The commit's message; null when the commit is not there. */
  readMessage(repo: string, sha: string): Promise<string | null>;
  /** Where an agent fetches from: an absolute path or a URL. */
  url(repo: string): Promise<string>;
  remove(repo: string): Promise<void>;
}

export interface TopOfTree {
  readonly files: ReadonlySet<string>;
  readonly contents: ReadonlyMap<string, string>;
}
