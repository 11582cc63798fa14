import { access, lstat, rm, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Lets the shared CARGO_HOME have the user's cargo configuration (registries, proxies), but not the credentials. */
export async function linkCargoConfig(
  cargoHome: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const own = join(env['CARGO_HOME'] || join(env['HOME'] || homedir(), '.cargo'), 'config.toml');
  const link = join(cargoHome, 'config.toml');
  const present = await lstat(link).catch(() => null);
  // A file that somebody put there is theirs.
  if (present && !present.isSymbolicLink()) return;
  await rm(link, { force: true });
  if (
    await access(own).then(
      () => true,
      () => false,
    )
  )
    await symlink(own, link);
}
