import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const ANSWER_MS = 2000;
const LOOKS = 200;
const LOOK_MS = 10;

/**
 * Ends a redis-server that an earlier platform left on this socket: two servers on one data directory would ruin it. One that
 * does not heed SHUTDOWN is left to whoever kills strays. Answers whether there was one.
 */
export async function shutDownLeftoverRedis(socket: string): Promise<boolean> {
  let answer = await sendShutdown(socket);
  if (answer === 'absent') return false;
  for (let look = 0; look < LOOKS && answer === 'heeded'; look += 1) {
    await delay(LOOK_MS);
    answer = await sendShutdown(socket);
  }
  return true;
}

/** Says SHUTDOWN; a server that heeds it closes the connection without an answer. */
function sendShutdown(socket: string): Promise<'absent' | 'heeded' | 'unheeded'> {
  return new Promise((resolve) => {
    const client = connect(socket, () => {
      client.write('SHUTDOWN\r\n');
      client.once('close', () => resolve('heeded'));
    });
    client.setTimeout(ANSWER_MS);
    for (const unheeded of ['data', 'timeout'] as const) {
      client.once(unheeded, () => {
        resolve('unheeded');
        client.destroy();
      });
    }
    client.on('error', () => resolve('absent'));
  });
}
