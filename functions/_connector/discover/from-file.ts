import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { messageOf } from '#lib/errors.js';
import type { ListFunctions } from './discovered.js';

const Scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
/** What counts of a stack.yml. */
const StackFile = z.object({
  functions: z.record(
    z.string(),
    z
      .object({ namespace: z.string().default(''), annotations: z.record(z.string(), Scalar).nullish() })
      .nullable()
      .transform((fn) => fn ?? { namespace: '', annotations: {} }),
  ),
});

/** Functions by a file in the format of stack.yml, read again each time. */
export function listFromFile(file: string): ListFunctions {
  return async () => {
    const text = await readFile(file, 'utf8');
    const parsed = StackFile.safeParse(parseYaml(file, text));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new Error(`${file} is no stack.yml: ${issue?.path.join('.')}: ${issue?.message}`);
    }
    return Object.entries(parsed.data.functions).map(([name, { namespace, annotations }]) => ({
      name,
      namespace,
      annotations: annotations ?? {},
    }));
  };
}

function parseYaml(file: string, text: string): unknown {
  try {
    // As faas-cli reads it: with anchors that are merged.
    return parse(text, { merge: true });
  } catch (cause) {
    throw new Error(`${file} is no YAML: ${messageOf(cause)}`, { cause });
  }
}
