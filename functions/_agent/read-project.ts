import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentTypePlugin, ProjectFiles, StepPlan } from '#lib/agent-types/agent-type.js';
import { DEFAULT_PIPELINE, type Pipeline, PIPELINE_FILE, readPipeline } from '#lib/core/pipeline.js';

export type Project =
  | {
      readonly ok: true;
      readonly files: ProjectFiles;
      readonly pipeline: Pipeline;
      readonly steps: readonly StepPlan[];
    }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads what to run from a checkout: the steps of .raibid.yml, else those of the agent type. */
export async function readProject(source: string, plugin: AgentTypePlugin): Promise<Project> {
  const entries = await readdir(source, { withFileTypes: true });
  // Links are not followed: they may lead out of the workspace.
  const names = new Set(entries.filter((entry) => !entry.isSymbolicLink()).map((entry) => entry.name));
  const contents = new Map<string, string>();
  for (const name of [PIPELINE_FILE, ...plugin.reads]) {
    const text = names.has(name) ? await readFile(join(source, name), 'utf8').catch(() => null) : null;
    if (text !== null) contents.set(name, text);
  }
  const files = { names, contents };
  const file = contents.get(PIPELINE_FILE);
  const reading = file === undefined ? null : readPipeline(file);
  if (reading && !reading.ok) return reading;
  const pipeline = reading?.pipeline ?? DEFAULT_PIPELINE;
  return { ok: true, files, pipeline, steps: pipeline.steps?.map(toPlan) ?? plugin.steps(files) };
}

function toPlan(step: NonNullable<Pipeline['steps']>[number], index: number): StepPlan {
  const { name = `step ${index + 1}`, run, env, timeout = null } = step;
  return { name, command: { shell: run }, env, timeoutMs: timeout };
}
