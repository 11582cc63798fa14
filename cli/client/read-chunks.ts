/**
 * The body of an answer, chunk by chunk, until it ends or the signal comes; throws when the connection breaks.
 * The signal is heard here too: Node 20's fetch forgets its own once the answer's head is here and memory was tidied up.
 */
export async function* readChunks(response: Response, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (!reader) return;
  const cancel = () => void reader.cancel().catch(() => undefined);
  signal?.addEventListener('abort', cancel, { once: true });
  if (signal?.aborted) cancel();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    signal?.removeEventListener('abort', cancel);
    cancel();
  }
}
