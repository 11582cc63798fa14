import type { Mirror } from '../redis/mirrors.js';
import { toIso } from './job-view.js';

/** A mirror as the API shows it. */
export function viewMirror(mirror: Mirror) {
  return { ...mirror, createdAt: toIso(mirror.createdAt), syncedAt: toIso(mirror.syncedAt) };
}
