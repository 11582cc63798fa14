import { readObjects } from '../../git/read-objects.js';
import { tryGit } from '../../git/run-git.js';
import { type DiskMirror, mirrorError } from './disk-mirror.js';

const FORMAT = '--format=%(refname) %(objecttype) %(objectname) %(*objecttype) %(*objectname)';

/** Branches and tags with their commits; tags of anything else are left out. */
export async function listRefs(mirror: DiskMirror): Promise<ReadonlyMap<string, string>> {
  const args = ['for-each-ref', FORMAT, 'refs/heads', 'refs/tags'];
  const answer = await tryGit(args, { gitDir: mirror.path });
  if (!answer.ok) throw await mirrorError(mirror, answer);
  const refs = new Map<string, string>();
  const nested: string[] = [];
  for (const line of answer.stdout.toString('utf8').split('\n')) {
    const [ref = '', type, id = '', peeledType, peeledId = ''] = line.split(' ');
    if (type === 'commit') refs.set(ref, id);
    else if (type === 'tag' && peeledType === 'commit') refs.set(ref, peeledId);
    else if (type === 'tag' && peeledType === 'tag') nested.push(ref);
  }
  if (nested.length === 0) return refs;
  // Git peels one layer here, so tags of tags need another look.
  const commits = await readObjects(
    mirror.path,
    nested.map((ref) => `${ref}^{commit}`),
  );
  for (const [index, ref] of nested.entries()) {
    const commit = commits[index];
    if (commit) refs.set(ref, commit.id);
  }
  return refs;
}
