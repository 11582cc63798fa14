import { stringify } from 'yaml';

/** An object of Kubernetes, as it is written. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string } & Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

/** One file of YAML documents, after a comment that says where they come from. */
export function writeYaml(comment: string, documents: readonly object[]): string {
  const texts = documents.map((document) =>
    // Quoted where YAML 1.1, which Kubernetes reads, would see a number or a flag.
    stringify(document, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false }),
  );
  return `# ${comment}\n${texts.join('---\n')}`;
}
