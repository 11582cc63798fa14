import { readStack, type StackFunction, type StackKind } from '../stack/read-stack.js';
import { entriesOf, textOf, textsOf, type Value, valueOf } from '../stack/value.js';

type Texts = Readonly<Record<string, string>>;

/** A function or image of a stack file, as it runs without faas-cli. */
export interface Workload {
  readonly name: string;
  readonly image: string;
  /** What the stack file says for good. */
  readonly environment: Texts;
  /** What is a variable there, with its default. */
  readonly settings: Texts;
  readonly secrets: readonly string[];
  readonly annotations: Texts;
  readonly labels: Texts;
  readonly requests: Texts;
  readonly limits: Texts;
  readonly readOnly: boolean;
}

/** All workloads of a stack file, with the defaults of its variables. Throws when it can't be read. */
export function readWorkloads(source: string, kind: StackKind): Workload[] {
  const { stack, findings } = readStack(source, { kind, env: {} });
  const [problem] = findings;
  if (problem) throw new Error(`line ${problem.at.line}: ${problem.what}. ${problem.fix}.`);
  // The same text with its variables left standing tells them from what is fixed.
  const raw = readStack(
    source.replaceAll('${', () => '$${'),
    { kind, env: {} },
  ).stack.functions;
  return stack.functions.map((fn, index) => readWorkload(fn, raw[index]));
}

function readWorkload({ name, where, value }: StackFunction, raw: StackFunction | undefined): Workload {
  const image = textOf(value, 'image');
  if (image === undefined) throw new Error(`${where} has no image`);
  const rawEnvironment = valueOf(raw?.value, 'environment');
  const isVariable = (key: string) => textOf(rawEnvironment, key)?.includes('${') === true;
  const environment = Object.entries(readTexts(value, 'environment'));
  return {
    name,
    image,
    environment: Object.fromEntries(environment.filter(([key]) => !isVariable(key))),
    settings: Object.fromEntries(environment.filter(([key]) => isVariable(key))),
    secrets: textsOf(value, 'secrets').map(({ text }) => text),
    annotations: readTexts(value, 'annotations'),
    labels: readTexts(value, 'labels'),
    requests: readTexts(value, 'requests'),
    limits: readTexts(value, 'limits'),
    readOnly: textOf(value, 'readonly_root_filesystem') === 'true',
  };
}

function readTexts(value: Value, key: string): Texts {
  return Object.fromEntries(
    entriesOf(valueOf(value, key)).flatMap(({ key: name, value: found }) =>
      found.kind === 'text' ? [[name, found.text]] : [],
    ),
  );
}

/** The settings of all together. Throws where two disagree: there is one place to set each. */
export function collectSettings(workloads: readonly Workload[]): Texts {
  const settings: Record<string, string> = {};
  for (const { name, settings: own } of workloads) {
    for (const [key, text] of Object.entries(own)) {
      if ((settings[key] ??= text) !== text) {
        throw new Error(`${name} has another default for ${key} than others: ${text}, not ${settings[key]}`);
      }
    }
  }
  return settings;
}
