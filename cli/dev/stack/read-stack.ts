import { LineCounter, parseDocument } from 'yaml';
import type { Finding, Place } from './finding.js';
import { substitute } from './substitute.js';
import { entriesOf, readValue, type Value, valueOf } from './value.js';

/** `functions` are deployed by faas-cli; `images` are only built and pushed by it. */
export type StackKind = 'functions' | 'images';

export interface StackFunction {
  readonly name: string;
  /** Its keys in the file: `functions.<name>`. */
  readonly where: string;
  readonly at: Place;
  readonly value: Value;
}

export interface Stack {
  readonly kind: StackKind;
  readonly root: Value;
  readonly functions: readonly StackFunction[];
}

const START: Place = { line: 1, column: 1 };

/** Reads a stack file as faas-cli does: variables first, then YAML. What it can't read is a finding. */
export function readStack(
  source: string,
  { kind, env }: { kind: StackKind; env: Readonly<Record<string, string | undefined>> },
): { stack: Stack; findings: readonly Finding[] } {
  const counter = new LineCounter();
  const { text, toSource, problems } = substitute(source, env);
  for (let at = 0; at >= 0; at = source.indexOf('\n', at) + 1 || -1) counter.addNewLine(at);
  const locate = (offset: number): Place => {
    const { line, col } = counter.linePos(toSource(offset));
    return { line, column: col };
  };
  const locateSource = (offset: number): Place => {
    const { line, col } = counter.linePos(offset);
    return { line, column: col };
  };
  const document = parseDocument(text, { prettyErrors: false });
  const findings = [
    ...problems.map(({ offset, ...problem }) => ({ at: locateSource(offset), where: '', ...problem })),
    ...document.errors.map(({ pos, message }) => ({
      at: locate(pos[0]),
      where: '',
      what: `this is not YAML that faas-cli reads: ${message.split('\n', 1)[0] ?? ''}`,
      fix: 'Mend it; the rest of the file may be read wrongly until then',
    })),
  ];
  const root = readValue(document.contents, document, locate, START);
  const functions = entriesOf(valueOf(root, 'functions')).map(({ key, at, value }) => ({
    name: key,
    where: `functions.${key}`,
    at,
    value,
  }));
  return { stack: { kind, root, functions }, findings };
}
