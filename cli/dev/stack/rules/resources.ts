import type { Finding } from '../finding.js';
import type { Stack } from '../read-stack.js';
import { type Entry, entriesOf, textOf, valueOf } from '../value.js';

const UNITS: Readonly<Record<string, number>> = {
  ...{ '': 1, n: 1e-9, u: 1e-6, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};
/** Less than this is a unit forgotten, or `m` (thousandths) taken for mega. */
const LEAST_MEMORY = 4 * 2 ** 20;
/** More than this is thousandths forgotten. */
const MOST_CPUS = 1024;

/** A quantity of Kubernetes as a number; null when it is none. */
export function parseQuantity(text: string): number | null {
  const [, amount, exponent, unit = ''] = /^(\d+(?:\.\d*)?|\.\d+)(?:([eE][+-]?\d+)|([a-zA-Z]{0,2}))$/.exec(text) ?? [];
  const factor = UNITS[unit];
  return amount === undefined || factor === undefined ? null : Number(`${amount}${exponent ?? ''}`) * factor;
}

/** Whether it is likely meant as it stands. */
function isLikely(key: string, amount: number): boolean {
  return key === 'memory' ? amount >= LEAST_MEMORY : amount <= MOST_CPUS;
}

/** Quantities that Kubernetes refuses or takes for something else, and limits below requests. On an update OpenFaaS CE answers 200 to them. */
export function* checkResources({ functions }: Stack): Generator<Finding> {
  for (const { where, value } of functions) {
    const limits = valueOf(value, 'limits');
    for (const key of ['limits', 'requests']) {
      for (const entry of entriesOf(valueOf(value, key))) yield* checkQuantity(entry, `${where}.${key}.${entry.key}`);
    }
    for (const { key, value: request } of entriesOf(valueOf(value, 'requests'))) {
      const limit = textOf(limits, key);
      if (request.kind !== 'text' || limit === undefined) continue;
      const [asked, most] = [parseQuantity(request.text), parseQuantity(limit)];
      if (asked === null || most === null || !isLikely(key, most) || asked <= most) continue;
      const what = `asks for ${request.text}, more than the limit of ${limit}`;
      yield { at: request.at, where: `${where}.requests.${key}`, what, fix: 'Ask for less or raise the limit' };
    }
  }
}

function* checkQuantity({ key, value }: Entry, where: string): Generator<Finding> {
  if (value.kind !== 'text') return;
  const { at, text } = value;
  const amount = parseQuantity(text);
  const example = key === 'memory' ? '128Mi' : '100m';
  if (amount === null) {
    yield { at, where, what: `${text} is no quantity of Kubernetes`, fix: `Write one like ${example}` };
  } else if (amount === 0) {
    yield { at, where, what: 'nothing runs with nothing', fix: `Write one like ${example}, or leave it out` };
  } else if (!isLikely(key, amount)) {
    const meant = key === 'memory' ? `${amount} bytes` : `${amount} cores`;
    yield { at, where, what: `${text} are ${meant}`, fix: `Write the unit, as in ${example}` };
  }
}
