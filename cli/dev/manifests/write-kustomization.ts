import { collectSettings, type Workload } from './read-workloads.js';
import { SETTINGS_NAME } from './write-deployment.js';

/** What `kubectl apply -k` takes and an overlay changes: the namespace, images, settings. */
export function writeKustomization(
  namespace: string,
  resources: readonly string[],
  workloads: readonly Workload[],
): object {
  const settings = Object.entries(collectSettings(workloads));
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namespace,
    resources: [...resources].sort(),
    images: workloads.map(({ image }) => splitImage(image)),
    // Its name ends with a hash of what is in it: a change starts new pods.
    configMapGenerator: [{ name: SETTINGS_NAME, literals: settings.map(([key, text]) => `${key}=${text}`) }],
  };
}

function splitImage(image: string): { name: string; newTag: string } {
  const [, name = image, newTag = 'latest'] = /^(.+):([^:/]+)$/.exec(image) ?? [];
  return { name, newTag };
}
