import type { ProjectFiles, StepPlan } from '../agent-type.js';

/** What a developer would type: of a workspace, the members that cargo itself picks. */
export function steps({ names }: ProjectFiles): readonly StepPlan[] {
  const locked = names.has('Cargo.lock') ? ['--locked'] : [];
  return [
    { name: 'build', command: { argv: ['cargo', 'build', ...locked, '--all-targets'] }, env: {}, timeoutMs: null },
    { name: 'test', command: { argv: ['cargo', 'test', ...locked] }, env: {}, timeoutMs: null },
  ];
}
