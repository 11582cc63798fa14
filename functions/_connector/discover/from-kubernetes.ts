import { listDeployments } from '#lib/kubernetes/list-deployments.js';
import { isConcerned } from './annotations.js';
import type { ListFunctions } from './discovered.js';

/** Functions by the annotations of the Deployments of a namespace; OpenFaaS puts them there, and who deploys without it can. */
export function listFromKubernetes(namespace: string): ListFunctions {
  return async () => {
    const deployments = await listDeployments(namespace);
    return deployments.filter(({ annotations }) => isConcerned(annotations));
  };
}
