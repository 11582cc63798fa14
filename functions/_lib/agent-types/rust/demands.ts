import type { ProjectFiles } from '../agent-type.js';
import { readFacts } from './manifest-facts.js';
import { parseVersion, type Version } from './version.js';

/** The oldest toolchain that will do, and what in the project says so. */
export type Demand =
  | { readonly kind: 'version'; readonly version: Version; readonly needed: string; readonly why: string }
  | { readonly kind: 'nightly'; readonly needed: string; readonly why: string };

/** The release of Rust that brought each edition. */
export const EDITIONS: Readonly<Record<string, string>> = { '2018': '1.31', '2021': '1.56', '2024': '1.85' };

/** The release of cargo that reads each version of the lock file. */
export const LOCK_VERSIONS: Readonly<Record<string, string>> = { '3': '1.53', '4': '1.78' };

/** Everything that a project's files at the top of its tree demand of the toolchain. */
export function listDemands({ contents }: ProjectFiles): readonly Demand[] {
  const manifest = readFacts(contents.get('Cargo.toml') ?? '');
  const lock = readFacts(contents.get('Cargo.lock') ?? '').get('version');
  const demands = [
    demandChannel(contents),
    demandVersion(LOCK_VERSIONS[lock ?? ''], `Cargo.lock is of version ${lock}`),
    ...['package', 'workspace.package'].flatMap((table) => {
      const edition = manifest.get(`${table}.edition`);
      const rust = manifest.get(`${table}.rust-version`);
      return [
        demandVersion(EDITIONS[edition ?? ''], `Cargo.toml has edition ${edition}`),
        demandVersion(rust, `Cargo.toml has rust-version ${rust}`),
      ];
    }),
  ];
  return demands.filter((demand) => demand !== null);
}

function demandVersion(needed: string | undefined, what: string): Demand | null {
  const version = parseVersion(needed ?? '');
  if (needed === undefined || version === null) return null;
  return { kind: 'version', version, needed, why: `${what}, which needs Rust ${needed} or newer` };
}

function demandChannel(contents: ProjectFiles['contents']): Demand | null {
  // rustup, too, prefers the name without an ending, which may hold no more than the channel.
  const file = contents.has('rust-toolchain') ? 'rust-toolchain' : 'rust-toolchain.toml';
  const text = contents.get(file) ?? '';
  const bare = file === 'rust-toolchain' ? /^\s*([\w.-]+)\s*$/.exec(text)?.[1] : undefined;
  const channel = bare ?? readFacts(text).get('toolchain.channel') ?? '';
  if (/^nightly(?:-|$)/.test(channel)) {
    return { kind: 'nightly', needed: 'nightly', why: `${file} asks for ${channel}` };
  }
  const needed = /^\d+\.\d+(?:\.\d+)?(?=-|$)/.exec(channel)?.[0];
  const version = parseVersion(needed ?? '');
  if (needed === undefined || version === null) return null;
  return { kind: 'version', version, needed, why: `${file} asks for Rust ${needed}` };
}
