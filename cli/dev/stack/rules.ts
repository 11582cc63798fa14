import type { Facts } from './facts.js';
import type { Finding } from './finding.js';
import type { Stack } from './read-stack.js';
import { checkAnnotations } from './rules/annotations.js';
import { checkBuildOptions } from './rules/build-options.js';
import { checkCommunityEdition } from './rules/community-edition.js';
import { checkCopyPaths } from './rules/copy-paths.js';
import { checkEnvironment } from './rules/environment.js';
import { checkFolders } from './rules/folders.js';
import { checkImages } from './rules/images.js';
import { checkLocalPlatform } from './rules/local-platform.js';
import { checkNames } from './rules/names.js';
import { checkNotDeployed } from './rules/not-deployed.js';
import { checkProvider } from './rules/provider.js';
import { checkResources } from './rules/resources.js';
import { checkSecrets } from './rules/secrets.js';
import { checkShape } from './rules/shape.js';
import { checkTimeouts } from './rules/timeouts.js';

export interface Rule {
  readonly name: string;
  readonly check: (stack: Stack, facts: Facts) => Iterable<Finding>;
}

/** What is checked of each stack file. */
export const RULES: readonly Rule[] = [
  { name: 'shape', check: checkShape },
  { name: 'provider', check: checkProvider },
  { name: 'names', check: checkNames },
  { name: 'images', check: checkImages },
  { name: 'folders', check: checkFolders },
  { name: 'copy-paths', check: checkCopyPaths },
  { name: 'build-options', check: checkBuildOptions },
  { name: 'resources', check: checkResources },
  { name: 'environment', check: checkEnvironment },
  { name: 'timeouts', check: checkTimeouts },
  { name: 'secrets', check: checkSecrets },
  { name: 'annotations', check: checkAnnotations },
  { name: 'local-platform', check: checkLocalPlatform },
  { name: 'community-edition', check: checkCommunityEdition },
  { name: 'not-deployed', check: checkNotDeployed },
];
