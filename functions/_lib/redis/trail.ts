import { z } from 'zod';
import { keys } from './keys.js';
import type { Room } from './room.js';

/** One thing that happened to a commit. */
const Step = z.object({ at: z.number(), code: z.string(), text: z.string() });
export type TrailStep = z.infer<typeof Step>;

/** What became of a commit in the last week, oldest first. */
export async function readTrail(room: Room, sha: string): Promise<TrailStep[]> {
  const lines = await room.redis.lrange(keys.trail(sha), 0, -1);
  return lines.map((line) => Step.parse(JSON.parse(line)));
}

/** Notes what became of a commit, where no script does it. */
export async function noteTrail(room: Room, sha: string, code: string, text: string): Promise<void> {
  await room.run('note-trail', { sha, code, text });
}
