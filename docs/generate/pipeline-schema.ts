import { z } from 'zod';
import { Pipeline, PIPELINE_FILE } from '#lib/core/pipeline.js';

/** docs/reference/raibid.schema.json: what editors check .raibid.yml with, from the schema that reads it. */
export function writePipelineSchema(): string {
  const { $schema, ...rest } = z.toJSONSchema(Pipeline, { io: 'input', unrepresentable: 'any' });
  const description = 'What raibid runs for a commit. Every key is optional.';
  const text = JSON.stringify({ $schema, title: PIPELINE_FILE, description, ...rest }, null, 2);
  // Lists of words on one line, as the formatter has them.
  return `${text.replace(/\[\s+("[^[\]{}]*")\s+\]/g, (_all, words: string) => `[${words.replace(/\s+/g, ' ')}]`)}\n`;
}
