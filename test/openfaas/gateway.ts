import { z } from 'zod';

/** What the gateway's REST API takes for a function: the parts of faas-provider's FunctionDeployment that we use. */
export interface FunctionDeployment {
  readonly service: string;
  readonly image: string;
  readonly envVars: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly readOnlyRootFilesystem: boolean;
  readonly limits?: Readonly<Record<string, string>>;
  readonly requests?: Readonly<Record<string, string>>;
}

export interface Gateway {
  listFunctions(): Promise<string[]>;
  /** Makes or changes a secret; its file in the functions follows within a minute or two. */
  saveSecret(name: string, value: string): Promise<void>;
  deploy(fn: FunctionDeployment): Promise<void>;
}

const Functions = z.array(z.object({ name: z.string() }));

/** The gateway's own API, as faas-cli uses it. */
export function openGateway({ url, user, password }: { url: string; user: string; password: string }): Gateway {
  async function send(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${url}/system/${path}`, {
      method,
      headers: {
        Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }
  /** PUT what is there, POST what is not. */
  async function save(path: string, body: unknown): Promise<void> {
    const put = await send('PUT', path, body);
    if (put.ok) return;
    const post = await send('POST', path, body);
    if (!post.ok)
      throw new Error(`${path}: PUT ${put.status} ${await put.text()}, POST ${post.status} ${await post.text()}`);
  }
  return {
    async listFunctions() {
      const answer = await send('GET', 'functions');
      if (!answer.ok) throw new Error(`the gateway answered ${answer.status}: ${await answer.text()}`);
      return Functions.parse(await answer.json()).map(({ name }) => name);
    },
    saveSecret: (name, value) => save('secrets', { name, value }),
    deploy: (fn) => save('functions', fn),
  };
}
