import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const PROGRAM = `
const server = require('node:http').createServer((req, res) => res.end('here'));
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ message: 'ready', port: server.address().port })));
`;

/** The least that node can do: what a function is held against. Its first line says ready. */
export function spawnBareServer(): ChildProcess {
  return spawn(process.execPath, ['-e', PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** The line by which a server says that it is ready. */
export async function readReadyLine(server: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of server.stdout ?? []) {
    text += String(chunk);
    const line = text.split('\n').find((candidate) => candidate.includes('"message":"ready"'));
    if (line !== undefined) return line;
  }
  throw new Error(`the server ended before it was ready: ${text}`);
}

export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
