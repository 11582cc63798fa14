import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawClient {
  readonly socket: Socket;
  /** Everything received so far. */
  received(): string;
  /** Resolves when all of it is handed to the kernel: a peer that doesn't read stops it. */
  write(data: string | Buffer): Promise<void>;
  /** Resolves when the peer has ended or cut the connection. */
  readonly closed: Promise<void>;
}

/** A client that says exactly these bytes, however wrong they are. */
export async function connectRaw(port: number): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1' });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // A reset is an outcome that tests look at through `closed` and `received`.
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await once(socket, 'connect');
  return {
    socket,
    closed,
    received: () => Buffer.concat(chunks).toString(),
    write: (data) =>
      new Promise((resolve, reject) => {
        socket.write(data, (error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
  };
}
