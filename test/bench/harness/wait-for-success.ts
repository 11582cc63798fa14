/** Reads the event stream until it tells that a commit's job succeeded; answers the job's id. Fails when it ended otherwise. */
export async function waitForSuccess(events: AsyncIterable<Buffer>, sha: string): Promise<string> {
  let text = '';
  for await (const chunk of events) {
    text += chunk.toString();
    const frames = text.split('\n\n');
    text = frames.pop() ?? '';
    for (const frame of frames) {
      if (!frame.includes(sha) || !/^event: ?job$/m.test(frame)) continue;
      const state = /"state":"(succeeded|failed|cancelled)"/.exec(frame)?.[1];
      const id = /"id":"([0-9A-Z]{26})"/.exec(frame)?.[1];
      if (state === undefined || id === undefined) continue;
      if (state !== 'succeeded') throw new Error(`job ${id} ended ${state}`);
      return id;
    }
  }
  throw new Error('the event stream ended');
}
