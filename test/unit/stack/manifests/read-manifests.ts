import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const Texts = z.record(z.string(), z.string());
const HttpProbe = z.object({ httpGet: z.object({ path: z.string(), port: z.literal('http') }) });

const Container = z.object({
  name: z.string(),
  image: z.string(),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
  envFrom: z.array(z.object({ configMapRef: z.object({ name: z.string() }) })),
  env: z.array(z.object({ name: z.string(), value: z.string().optional() })).default([]),
  startupProbe: HttpProbe,
  readinessProbe: HttpProbe,
  livenessProbe: HttpProbe,
  lifecycle: z.object({ preStop: z.object({ exec: z.object({ command: z.array(z.string()) }) }) }).optional(),
  resources: z.object({ requests: Texts, limits: Texts }),
  securityContext: z.unknown(),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().optional() })),
});

const SecretSource = z.strictObject({
  secret: z.strictObject({
    name: z.string(),
    items: z.array(z.object({ key: z.string(), path: z.string() })),
    optional: z.boolean().optional(),
  }),
});

const PodSpec = z.object({
  serviceAccountName: z.string().optional(),
  automountServiceAccountToken: z.boolean(),
  enableServiceLinks: z.boolean(),
  terminationGracePeriodSeconds: z.number(),
  securityContext: z.unknown(),
  containers: z.tuple([Container]),
  volumes: z.tuple([
    z.object({ name: z.literal('tmp'), emptyDir: z.strictObject({}) }),
    z.object({ name: z.literal('secrets'), projected: z.object({ sources: z.array(SecretSource) }) }),
  ]),
});

const Metadata = z.object({ name: z.string(), labels: Texts.default({}), annotations: Texts.default({}) });

export const Deployment = z.object({
  kind: z.literal('Deployment'),
  metadata: Metadata,
  spec: z.object({
    replicas: z.number(),
    selector: z.object({ matchLabels: Texts }),
    template: z.object({ metadata: z.object({ labels: Texts, annotations: Texts }), spec: PodSpec }),
  }),
});

export const Service = z.object({
  kind: z.literal('Service'),
  metadata: Metadata,
  spec: z.object({ selector: Texts, ports: z.array(z.object({ port: z.number(), targetPort: z.string() })) }),
});

export const Ingress = z.object({
  kind: z.literal('Ingress'),
  metadata: Metadata,
  spec: z.object({
    rules: z.tuple([
      z.object({
        http: z.object({
          paths: z.array(
            z.object({
              path: z.string(),
              pathType: z.literal('Prefix'),
              backend: z.object({ service: z.object({ name: z.string() }) }),
            }),
          ),
        }),
      }),
    ]),
  }),
});

export const Kustomization = z.object({
  namespace: z.string(),
  resources: z.array(z.string()),
  images: z.array(z.object({ name: z.string(), newTag: z.string() })),
  configMapGenerator: z.tuple([z.object({ name: z.string(), literals: z.array(z.string()) })]),
});

export type Files = Readonly<Record<string, string>>;

/** All documents of the files of a folder. Throws when one is no YAML. */
export function readDocuments(files: Files, folder: string): unknown[] {
  return Object.entries(files).flatMap(([name, text]) => (name.startsWith(`${folder}/`) ? parse(text) : []));
}

/** The documents among them that are of the schema's kind. */
export function select<S extends { kind: string }>(
  schema: z.ZodType<S> & { readonly shape: { readonly kind: z.ZodType } },
  documents: readonly unknown[],
): S[] {
  const ofKind = documents.filter((document) => schema.shape.kind.safeParse(kindOf(document)).success);
  return ofKind.map((document) => schema.parse(document));
}

const kindOf = (document: unknown) => z.object({ kind: z.string() }).parse(document).kind;

/** The one document of a file. */
export function readOne<S extends z.ZodType>(schema: S, files: Files, name: string): z.output<S> {
  return schema.parse(parse(files[name] ?? '')[0]);
}

function parse(text: string): unknown[] {
  // As Kubernetes reads it.
  return parseAllDocuments(text, { version: '1.1' }).map((document) => {
    const [error] = document.errors;
    if (error) throw error;
    return document.toJS() as unknown;
  });
}
