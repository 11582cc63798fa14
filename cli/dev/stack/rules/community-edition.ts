import type { Finding } from '../finding.js';
import type { Stack, StackFunction } from '../read-stack.js';
import { entriesOf, textOf, valueOf } from '../value.js';

const MOST_FUNCTIONS = 15;
const MOST_REPLICAS = 5;
const SCALE = 'com.openfaas.scale.';
const PAID_LABELS = new Set(['zero-duration', 'target', 'type'].map((name) => SCALE + name));

/** What OpenFaaS Community Edition answers with 400. */
export function* checkCommunityEdition({ kind, functions }: Stack): Generator<Finding> {
  if (kind !== 'functions') return;
  const surplus = functions[MOST_FUNCTIONS];
  if (surplus) {
    const what = `OpenFaaS CE runs ${MOST_FUNCTIONS} functions, and these are ${functions.length}`;
    yield { at: surplus.at, where: 'functions', what, fix: 'Take some out' };
  }
  for (const fn of functions) yield* checkFunction(fn);
}

function* checkFunction({ where, value }: StackFunction): Generator<Finding> {
  for (const { key, at, value: label } of entriesOf(valueOf(value, 'labels'))) {
    const text = label.kind === 'text' ? label.text : '';
    const here = `${where}.labels.${key}`;
    if (PAID_LABELS.has(key) || (key === `${SCALE}zero` && text === 'true')) {
      yield { at, where: here, what: 'OpenFaaS CE refuses this label: it does not scale to zero', fix: 'Take it out' };
    } else if (key === `${SCALE}min` || key === `${SCALE}max`) {
      if (/^[1-9]\d*$/.test(text) && Number(text) <= MOST_REPLICAS) continue;
      const what = `OpenFaaS CE runs 1 to ${MOST_REPLICAS} replicas, not ${text}`;
      yield { at, where: here, what, fix: `Write "1" to "${MOST_REPLICAS}"` };
    }
  }
  const labels = valueOf(value, 'labels');
  const [min, max] = [textOf(labels, `${SCALE}min`), textOf(labels, `${SCALE}max`)];
  if (min !== undefined && max !== undefined && Number(min) > Number(max)) {
    const at = valueOf(labels, `${SCALE}min`)?.at ?? value.at;
    yield {
      at,
      where: `${where}.labels`,
      what: `at least ${min} replicas, but at most ${max}`,
      fix: 'Lower the one or raise the other',
    };
  }
  for (const { key, at, value: annotation } of entriesOf(valueOf(value, 'annotations'))) {
    const text = annotation.kind === 'text' ? annotation.text : '';
    const here = `${where}.annotations.${key}`;
    if (key === 'topic' && text.includes(',')) {
      yield { at, where: here, what: 'OpenFaaS CE takes one topic a function', fix: 'Leave one, without a comma' };
    } else if (/amazonaws\.com|gke\.io/.test(key)) {
      yield { at, where: here, what: 'OpenFaaS CE refuses annotations of cloud providers', fix: 'Take it out' };
    }
  }
  const namespace = textOf(value, 'namespace');
  if (namespace !== undefined && namespace !== 'openfaas-fn') {
    const at = valueOf(value, 'namespace')?.at ?? value.at;
    yield { at, where: `${where}.namespace`, what: 'OpenFaaS CE has one namespace, openfaas-fn', fix: 'Take it out' };
  }
  const constraints = valueOf(value, 'constraints');
  if (constraints) {
    yield {
      at: constraints.at,
      where: `${where}.constraints`,
      what: 'OpenFaaS CE ignores constraints',
      fix: 'Take them out',
    };
  }
}
