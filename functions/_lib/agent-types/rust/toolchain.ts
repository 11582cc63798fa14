import type { ProjectFiles, ToolchainVerdict } from '../agent-type.js';
import { type Demand, listDemands } from './demands.js';
import { compareVersions, parseVersion } from './version.js';

/**
 * Whether a cargo can build a project. `version` is what `cargo --version` said in the project's directory, so that where
 * cargo is rustup's, the project's own choice of a toolchain is what answered.
 */
export function checkToolchain(files: ProjectFiles, version: string | null): ToolchainVerdict {
  const demands = listDemands(files);
  const installed = /^cargo (\d\S*)/m.exec(version ?? '')?.[1];
  const cargo = parseVersion(installed ?? '');
  if (installed === undefined || cargo === null) {
    const demand = findHighest(demands);
    const why = demand === undefined ? '' : `; ${demand.why}`;
    return { ok: false, needed: demand?.needed ?? 'cargo', why: `cargo could not be run${why}` };
  }
  const unmet = findHighest(
    demands.filter((demand) =>
      demand.kind === 'nightly' ? !installed.includes('-nightly') : compareVersions(cargo, demand.version) < 0,
    ),
  );
  if (unmet === undefined) return { ok: true };
  return { ok: false, needed: unmet.needed, why: `${unmet.why}; cargo ${installed} is installed` };
}

function findHighest(demands: readonly Demand[]): Demand | undefined {
  return demands.toSorted((a, b) => {
    if (a.kind === 'nightly') return -1;
    return b.kind === 'nightly' ? 1 : compareVersions(b.version, a.version);
  })[0];
}
