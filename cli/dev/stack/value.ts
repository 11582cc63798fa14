import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import type { Place } from './finding.js';

/** A part of a YAML file with its place; aliases and merge keys are resolved. */
export type Value =
  | { readonly kind: 'map'; readonly at: Place; readonly entries: readonly Entry[] }
  | { readonly kind: 'list'; readonly at: Place; readonly items: readonly Value[] }
  /** Any scalar, as faas-cli takes it for text: `5` is "5", `1.50` is "1.50". */
  | { readonly kind: 'text'; readonly at: Place; readonly text: string }
  | { readonly kind: 'nothing'; readonly at: Place };

export interface Entry {
  readonly key: string;
  readonly at: Place;
  readonly value: Value;
}

type Locate = (offset: number) => Place;

export function readValue(node: unknown, document: Document, locate: Locate, at: Place): Value {
  if (isAlias(node)) return readValue(node.resolve(document), document, locate, placeOf(node, locate, at));
  if (isMap(node)) {
    const here = placeOf(node, locate, at);
    return { kind: 'map', at: here, entries: readEntries(node.items, document, locate, here) };
  }
  if (isSeq(node)) {
    const here = placeOf(node, locate, at);
    return { kind: 'list', at: here, items: node.items.map((item) => readValue(item, document, locate, here)) };
  }
  if (!isScalar(node) || node.value === null) return { kind: 'nothing', at };
  return { kind: 'text', at: placeOf(node, locate, at), text: node.source ?? String(node.value) };
}

/** The map's own entries, then those of its merge keys that it has not itself. */
function readEntries(pairs: readonly Pair[], document: Document, locate: Locate, at: Place): Entry[] {
  const entries: Entry[] = [];
  const merged: Entry[] = [];
  for (const { key, value } of pairs) {
    const name = isScalar(key) ? String(key.value) : String(key);
    const here = placeOf(key, locate, at);
    const read = readValue(value, document, locate, here);
    if (name !== '<<') entries.push({ key: name, at: here, value: read });
    else for (const map of read.kind === 'list' ? read.items : [read]) merged.push(...entriesOf(map));
  }
  for (const entry of merged) if (!entries.some(({ key }) => key === entry.key)) entries.push(entry);
  return entries;
}

function placeOf(node: unknown, locate: Locate, otherwise: Place): Place {
  const range = (node as Node | null | undefined)?.range;
  return range ? locate(range[0]) : otherwise;
}

export function entriesOf(value: Value | undefined): readonly Entry[] {
  return value?.kind === 'map' ? value.entries : [];
}

export function entryOf(value: Value | undefined, key: string): Entry | undefined {
  return entriesOf(value).find((entry) => entry.key === key);
}

export function valueOf(value: Value | undefined, key: string): Value | undefined {
  return entryOf(value, key)?.value;
}

/** The text under a key; undefined where there is none. */
export function textOf(value: Value | undefined, key: string): string | undefined {
  const found = valueOf(value, key);
  return found?.kind === 'text' ? found.text : undefined;
}

/** The texts of a list under a key, each with its place. */
export function textsOf(value: Value | undefined, key: string): readonly Extract<Value, { kind: 'text' }>[] {
  const list = valueOf(value, key);
  return list?.kind === 'list' ? list.items.filter((item) => item.kind === 'text') : [];
}
