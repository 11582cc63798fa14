import type { Finding } from '../finding.js';
import type { Stack } from '../read-stack.js';
import { entriesOf, type Entry, textsOf, valueOf } from '../value.js';

const LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const KEY_NAME = /^[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?)?$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Names that Kubernetes refuses: a function is a Deployment and a Service of its name. */
export function* checkNames({ functions }: Stack): Generator<Finding> {
  for (const { name, where, at, value } of functions) {
    if (!LABEL.test(name)) {
      const what = 'Kubernetes refuses this name for a Service';
      yield {
        at,
        where,
        what,
        fix: 'Take lower case letters, digits and "-", at most 63, starting with a letter or digit',
      };
    } else if (/^\d/.test(name)) {
      const what = 'a Service whose name starts with a digit is refused by Kubernetes before 1.34';
      yield { at, where, what, fix: 'Start with a letter' };
    }
    for (const secret of textsOf(value, 'secrets')) {
      if (SUBDOMAIN.test(secret.text)) continue;
      const what = `Kubernetes refuses ${JSON.stringify(secret.text)} for a Secret`;
      yield { at: secret.at, where: `${where}.secrets`, what, fix: 'Take lower case letters, digits, "-" and "."' };
    }
    for (const key of ['labels', 'annotations']) yield* checkKeys(entriesOf(valueOf(value, key)), `${where}.${key}`);
    for (const label of entriesOf(valueOf(value, 'labels'))) {
      if (label.value.kind !== 'text' || LABEL_VALUE.test(label.value.text)) continue;
      const what = `Kubernetes refuses ${JSON.stringify(label.value.text)} for the value of a label`;
      const fix = 'Take at most 63 letters, digits, "-", "_" and ".", or make it an annotation';
      yield { at: label.value.at, where: `${where}.labels.${label.key}`, what, fix };
    }
    for (const { key, at: place } of entriesOf(valueOf(value, 'environment'))) {
      if (VARIABLE.test(key)) continue;
      const fix = 'Take letters, digits and "_", not starting with a digit';
      yield { at: place, where: `${where}.environment.${key}`, what: 'is no name for a variable', fix };
    }
  }
}

function* checkKeys(entries: readonly Entry[], where: string): Generator<Finding> {
  for (const { key, at } of entries) {
    const parts = key.split('/');
    const name = parts.at(-1) ?? '';
    const isRight = parts.length <= 2 && KEY_NAME.test(name) && (parts.length === 1 || SUBDOMAIN.test(parts[0] ?? ''));
    if (isRight) continue;
    const fix = 'Write [domain/]name of letters, digits, "-", "_" and ".", the name at most 63';
    yield { at, where: `${where}.${key}`, what: 'Kubernetes refuses this key', fix };
  }
}
