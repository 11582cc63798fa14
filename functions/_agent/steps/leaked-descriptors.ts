import { readdirSync, readFileSync } from 'node:fs';

const O_CLOEXEC = 0o2000000;
const FIRST_FREE = 5;

/** Descriptors that this process was started with by mistake, and that every child would inherit; none without /proc. */
export function listLeakedDescriptors(): number[] {
  return readNumbers('/proc/self/fd').filter((descriptor) => {
    if (descriptor < FIRST_FREE) return false;
    try {
      const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1'))?.[1];
      return flags !== undefined && (Number.parseInt(flags, 8) & O_CLOEXEC) === 0;
    } catch {
      // Closed since the directory was read.
      return false;
    }
  });
}

function readNumbers(directory: string): number[] {
  try {
    return readdirSync(directory).map(Number);
  } catch {
    return [];
  }
}
