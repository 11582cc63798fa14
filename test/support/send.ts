import { type Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Sending {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly agent?: Agent;
  /** Called with the text so far, each time there is more. */
  readonly onText?: (text: string) => void;
}

/** One request, of which the whole answer is waited for. Rejects when the answer doesn't end as it should. */
export function send(url: string, { method, headers = {}, body, agent, onText }: Sending = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const how = { method: method ?? (body ? 'POST' : 'GET'), headers, ...(agent && { agent }) };
    const call = request(url, how, (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (more: string) => {
        text += more;
        onText?.(text);
      });
      res.on('error', reject);
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body: text }));
    });
    call.on('error', reject).end(body);
  });
}
