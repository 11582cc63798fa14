import type { AgentTypePlugin } from './agent-type.js';
import { rust } from './rust/index.js';

/** Every agent type there is, in the order in which they are asked whether a project is theirs. */
export const AGENT_TYPES: readonly [AgentTypePlugin, ...AgentTypePlugin[]] = [rust];

/** The agent type of that name; null when there is none. */
export function findAgentType(name: string): AgentTypePlugin | null {
  return AGENT_TYPES.find((type) => type.name === name) ?? null;
}

/** Name of the first agent type that knows a project by the names at the top of its tree; null when none does. */
export function detectAgentType(names: ReadonlySet<string>): string | null {
  return AGENT_TYPES.find((type) => type.detect(names))?.name ?? null;
}
