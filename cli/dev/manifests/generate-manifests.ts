import { FunctionName } from '#lib/core/names.js';
import { REQUIRED_SECRETS } from '#lib/secrets.js';
import { writeYaml } from './manifest.js';
import { readWorkloads, type Workload } from './read-workloads.js';
import { NO_FUNCTION } from '../stack/rules/not-deployed.js';
import { writeConnector } from './write-connector.js';
import { writeDeployment } from './write-deployment.js';
import { writeKustomization } from './write-kustomization.js';
import { writeIngress, writeService } from './write-routes.js';

const FUNCTIONS = 'gitops/apps/functions';
const CONNECTOR = 'gitops/apps/connector';
const VIA_GATEWAY = 'http://gateway.openfaas:8080/function/{target}{path}';

/** Files by their path, from the texts of stack.yml and connector.yml. */
export function generateManifests(stack: string, connector: string): Record<string, string> {
  const functions = readWorkloads(stack, 'functions');
  const connectors = readWorkloads(connector, 'images').map(withoutGuard);
  const note = (from: string) => `Generated from ${from} by \`npm run generate\`: do not edit, write an overlay.`;
  const both = note('stack.yml and connector.yml');

  const plain: Record<string, string> = {
    ...Object.fromEntries(functions.map((fn) => [`${fn.name}.yaml`, writeYaml(note('stack.yml'), writeFunction(fn))])),
    ...Object.fromEntries(
      connectors.map((one) => [`${one.name}.yaml`, writeYaml(note('connector.yml'), writeConnector(one, null))]),
    ),
    'ingress.yaml': writeYaml(note('stack.yml'), [writeIngress(functions)]),
  };
  const beside = Object.fromEntries(
    connectors.map((one) => [`${one.name}.yaml`, writeYaml(note('connector.yml'), writeConnector(one, VIA_GATEWAY))]),
  );
  return {
    ...inFolder(FUNCTIONS, {
      ...plain,
      'kustomization.yaml': writeYaml(both, [
        writeKustomization('raibid', Object.keys(plain), [...functions, ...connectors]),
      ]),
    }),
    ...inFolder(CONNECTOR, {
      ...beside,
      'kustomization.yaml': writeYaml(note('connector.yml'), [
        writeKustomization('openfaas-fn', Object.keys(beside), connectors),
      ]),
    }),
  };
}

function writeFunction(fn: Workload) {
  const name = FunctionName.safeParse(fn.name);
  const requiredSecrets = name.success ? REQUIRED_SECRETS[name.data] : fn.secrets;
  return [writeDeployment(fn, { requiredSecrets, isCalled: true }), writeService(fn)];
}

/** The secret that keeps an image from being deployed as a function is for faas-cli only. */
function withoutGuard(workload: Workload): Workload {
  return { ...workload, secrets: workload.secrets.filter((secret) => secret !== NO_FUNCTION) };
}

function inFolder(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
}
