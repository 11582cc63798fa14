import { AgentType } from '#lib/core/names.js';
import { RaibidError } from '#lib/errors.js';

const DEFAULT_TYPE = 'rust';
const MOST = 1000;

/** `rust=4`, or `4` for the type rust. */
export function parseCapacity(texts: readonly string[]): Record<string, number> {
  const capacity: Record<string, number> = {};
  for (const text of texts) {
    const [, type = DEFAULT_TYPE, digits] = /^(?:([^=]+)=)?(\d{1,4})$/.exec(text) ?? [];
    if (digits === undefined || Number(digits) > MOST || !AgentType.safeParse(type).success) {
      throw new RaibidError('usage', `"${text}" is no capacity`, {
        hint: `Give TYPE=N or N, with N from 0 to ${MOST}, as in rust=4.`,
      });
    }
    capacity[type] = Number(digits);
  }
  return capacity;
}
