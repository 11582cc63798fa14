import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { Duration } from './duration.js';
import { KnownAgentType } from './names.js';
import { messageOf } from '#lib/errors.js';

export const PIPELINE_FILE = '.raibid.yml';
export const DEFAULT_TIMEOUT_MS = 60 * 60_000;
/** A longer file is refused unread, in characters. */
const MOST_CHARACTERS = 128 * 1024;

const NO_NUL = { message: 'must not hold a NUL character' };
const hasNoNul = (text: string): boolean => !text.includes('\0');

const EnvName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be a variable name');
export const Env = z.record(
  EnvName.refine((name) => !name.startsWith('RAIBID_'), { message: 'names starting with RAIBID_ are ours' }),
  z.union([z.string(), z.number(), z.boolean()]).transform(String).refine(hasNoNul, NO_NUL),
);

const Step = z.strictObject({
  name: z.string().min(1).max(80).optional(),
  run: z.string().min(1).refine(hasNoNul, NO_NUL),
  env: Env.default({}),
  timeout: Duration.optional(),
});

const Concurrency = z
  .union([z.string(), z.strictObject({ group: z.string(), limit: z.int().min(1).max(1000).default(1) })], {
    error: 'must be a group, or {group, limit: 1 to 1000}',
  })
  .transform((value) => (typeof value === 'string' ? { group: value, limit: 1 } : value))
  .refine(({ group }) => /^[A-Za-z0-9._-]{1,64}$/.test(group), {
    message: 'group must be letters, digits, ".", "_", "-"',
  });

/** `.raibid.yml`: what to run for a commit. Every key is optional; without the file the agent type's defaults hold. */
export const Pipeline = z.strictObject({
  agent: KnownAgentType.optional(),
  branches: z.array(z.string().min(1).max(255)).max(100).optional(),
  env: Env.default({}),
  steps: z.array(Step).min(1).max(100).optional(),
  timeout: Duration.default(DEFAULT_TIMEOUT_MS),
  concurrency: Concurrency.optional(),
  priority: z.int().min(-100).max(100).default(0),
  retry: z.strictObject({ onLost: z.boolean().default(true) }).default({ onLost: true }),
});
export type Pipeline = z.infer<typeof Pipeline>;

export type PipelineReading =
  | { readonly ok: true; readonly pipeline: Pipeline }
  | { readonly ok: false; readonly problems: readonly string[] };

export const DEFAULT_PIPELINE: Pipeline = Pipeline.parse({});

/** Reads `.raibid.yml`. Problems name the line and the key, for people. */
export function readPipeline(text: string): PipelineReading {
  if (text.length > MOST_CHARACTERS) {
    return { ok: false, problems: [`${PIPELINE_FILE}: is longer than ${MOST_CHARACTERS / 1024} KiB`] };
  }
  try {
    return readDocument(text);
  } catch (error) {
    // The YAML library throws at aliases that multiply and at deep nesting.
    return { ok: false, problems: [`${PIPELINE_FILE}: ${messageOf(error)}`] };
  }
}

function readDocument(text: string): PipelineReading {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = document.errors.map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    return `${PIPELINE_FILE}:${line}:${col}: ${error.message}`;
  });
  if (broken.length > 0) return { ok: false, problems: broken };
  const parsed = Pipeline.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {});
  if (parsed.success) return { ok: true, pipeline: parsed.data };
  const problems = parsed.error.issues.flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
    const tell = (keys: readonly (string | number)[], message: string): string =>
      `${PIPELINE_FILE}:${lines.linePos(findOffset(document, keys)).line}: ${keys.join('.') || 'file'}: ${message}`;
    if (issue.code !== 'unrecognized_keys') return [tell(path, issue.message)];
    return issue.keys.map((key) => tell([...path, key], 'is no key of ours'));
  });
  return { ok: false, problems };
}

/** Where the key of a path stands, or else the nearest thing around it. */
function findOffset(document: Document, path: readonly (string | number)[]): number {
  const parent = path.length > 0 ? document.getIn(path.slice(0, -1), true) : document.contents;
  const last = path.at(-1);
  if (isMap(parent)) {
    const key = parent.items.map((item) => item.key).find((item) => isScalar(item) && String(item.value) === last);
    if (isScalar(key) && key.range) return key.range[0];
  }
  const node = document.getIn(path, true);
  if (isNode(node) && node.range) return node.range[0];
  return path.length > 0 ? findOffset(document, path.slice(0, -1)) : 0;
}
