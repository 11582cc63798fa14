import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type DiskMirrorsOptions, openDiskMirrors } from '#lib/mirrors/disk/open-disk-mirrors.js';
import type { Mirrors } from '#lib/mirrors/mirrors.js';
import { createUpstream, type Upstream } from './git-upstream.js';

export const REPO = 'ada/engine';

export interface MirrorOnDisk {
  /** A temporary directory; mirrors are in its folder `mirrors`. */
  readonly root: string;
  /** Has one commit, on `trunk`. */
  readonly upstream: Upstream;
  readonly mirrors: Mirrors;
  /** Mirrors over the same directory, with other options. */
  open(options: Partial<DiskMirrorsOptions>): Mirrors;
  /** Makes the mirror of the upstream and syncs it. */
  sync(): Promise<void>;
  refs(): Promise<Record<string, string>>;
  /** Runs git in the mirror. */
  git(...args: string[]): Promise<string>;
  remove(): Promise<void>;
}

/** An upstream and disk mirrors to try things on. */
export async function createMirrorOnDisk(): Promise<MirrorOnDisk> {
  const root = await mkdtemp(join(tmpdir(), 'raibid-mirrors-'));
  const upstream = await createUpstream({ files: { 'Cargo.toml': '[package]' }, branch: 'trunk' });
  const open = (options: Partial<DiskMirrorsOptions>) =>
    openDiskMirrors({ directory: join(root, 'mirrors'), local: true, staleLockMs: 2_000, ...options });
  const mirrors = open({});
  return {
    root,
    upstream,
    mirrors,
    open,
    async sync() {
      await mirrors.ensure(REPO, upstream.path);
      await mirrors.sync(REPO);
    },
    refs: async () => Object.fromEntries(await mirrors.refs(REPO)),
    async git(...args) {
      return (await execa('git', ['--git-dir', await mirrors.url(REPO), ...args], { stdin: 'ignore' })).stdout;
    },
    async remove() {
      await Promise.all([upstream.remove(), rm(root, { recursive: true, force: true })]);
    },
  };
}
