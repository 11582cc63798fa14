import type { FileChanges } from './git-upstream.js';

/** Files of a project whose `.raibid.yml` (JSON is YAML) runs these lines, each a step. */
export function shellProject(steps: string | readonly string[], settings: object = {}): FileChanges {
  const runs = (typeof steps === 'string' ? [steps] : steps).map((run, index) => ({ name: `step${index}`, run }));
  return { '.raibid.yml': JSON.stringify({ ...settings, steps: runs }) };
}

/** A line for sh that waits until a file is there. */
export function waitForFile(path: string): string {
  return `while [ ! -e '${path}' ]; do sleep 0.05; done`;
}
