import { stripVTControlCharacters } from 'node:util';
import { EDITIONS, LOCK_VERSIONS } from './demands.js';
import { compareVersions, parseVersion } from './version.js';

const RUST = /(\d+\.\d+(?:\.\d+)?)/.source;

/** The messages of cargo and rustup, across their releases, and what toolchain each one asks for. */
const MESSAGES: readonly { readonly pattern: RegExp; readonly needed: (found: string) => string }[] = [
  { pattern: /^\s*lock file version `?(\d+)`? requires `-Znext-lockfile-bump`/m, needed: neededForLock },
  { pattern: /^\s*lock file version `?(\d+)`? was found, but this version of Cargo does not/m, needed: neededForLock },
  { pattern: /^\s*feature `(\S+)` is required/m, needed: neededForFeature },
  { pattern: /^\s*The package requires the Cargo feature called `(\S+)`/m, needed: neededForFeature },
  { pattern: /^\s*supported edition values are .*, but `(\d+)` is unknown/m, needed: neededForEdition },
  { pattern: /^\s*this version of Cargo is older than the `(\d+)` edition/m, needed: neededForEdition },
  {
    pattern: new RegExp(`^error: (?:package|cannot install package) \`.*\\brequires rustc ${RUST}`, 'gm'),
    needed: (found) => found,
  },
  // Follows "error: rustc 1.75.0 is not supported by the following packages:".
  { pattern: new RegExp(`^\\s+\\S+@\\S+ requires rustc ${RUST}`, 'gm'), needed: (found) => found },
  { pattern: /^error: (?:override )?toolchain '([^']+)' is not install(?:ed|able)/m, needed: nameChannel },
  { pattern: /^error: .*is not installed for the toolchain '([^']+)'/m, needed: nameChannel },
  { pattern: /^\s*the cargo feature `\S+` requires a (nightly) version of Cargo/m, needed: (found) => found },
  { pattern: /^error: the (?:option `Z`|`-Z` flag) is only accepted on the (nightly)/m, needed: (found) => found },
];

/** Finds, at the end of a failed step's output, that the toolchain is too old or not there, and the one that is needed. */
export function explainFailure(tail: string): { readonly needed: string; readonly why: string } | null {
  const text = stripVTControlCharacters(tail).replaceAll('\r', '');
  for (const { pattern, needed } of MESSAGES) {
    const matches = [...text.matchAll(pattern.global ? pattern : new RegExp(pattern, 'gm'))];
    const [highest] = matches
      .map((match) => ({ needed: needed(match[1] ?? ''), why: match[0].trim().replace(/^error: /, '') }))
      .sort((a, b) => compareVersions(parseVersion(b.needed) ?? [0, 0, 0], parseVersion(a.needed) ?? [0, 0, 0]));
    if (highest !== undefined) return highest;
  }
  return null;
}

function neededForLock(version: string): string {
  return LOCK_VERSIONS[version] ?? 'a newer cargo';
}

function neededForEdition(edition: string): string {
  return EDITIONS[edition] ?? 'a newer cargo';
}

/** A feature that has become an edition needs that edition's release; any other one needs nightly. */
function neededForFeature(feature: string): string {
  return EDITIONS[/^edition(\d{4})$/.exec(feature)?.[1] ?? ''] ?? 'nightly';
}

/** `1.80.1-x86_64-unknown-linux-gnu` is 1.80.1, `nightly-2026-01-01-…` is nightly-2026-01-01. */
function nameChannel(toolchain: string): string {
  return /^(?:\d+\.\d+(?:\.\d+)?|(?:stable|beta|nightly)(?:-\d{4}-\d\d-\d\d)?)/.exec(toolchain)?.[0] ?? toolchain;
}
