import type { AgentTypePlugin } from '../agent-type.js';
import { detect } from './detect.js';
import { environment } from './environment.js';
import { explainFailure } from './explain-failure.js';
import { steps } from './steps.js';
import { summarise } from './summarise.js';
import { checkToolchain } from './toolchain.js';

/** Builds and tests Rust projects with the cargo on PATH. */
export const rust: AgentTypePlugin = {
  name: 'rust',
  reads: ['Cargo.toml', 'Cargo.lock', 'rust-toolchain', 'rust-toolchain.toml'],
  detect,
  steps,
  versionCommand: ['cargo', '--version'],
  checkToolchain,
  explainFailure,
  summarise,
  environment,
};
