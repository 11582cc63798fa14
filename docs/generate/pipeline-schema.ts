import { z } from 'zod';
import { Pipeline, PIPELINE_FILE } from '#lib/core/pipeline.js';

/** docs/reference/raibid.schema.json: what editors check .raibid.yml with, from the schema that reads it. */
export function writePipelineSchema(): string {
  const { $schema, ...rest } = z.toJSONSchema(Pipeline, { io: 'input', unrepresentable: 'any' });
  const schema = {
    $schema,
    title: PIPELINE_FILE,
    description: 'What raibid runs for a commit. Every key is optional.',
    ...rest,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
