/** Major, minor, patch. */
export type Version = readonly [number, number, number];

/** Reads `1.85`, `1.85.1` or the start of `1.85.1-beta.2`; null when it is no version. */
export function parseVersion(text: string): Version | null {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?(?![\w.])/.exec(text);
  return match && [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
}

/** Negative when `a` is the older one, 0 when they are the same. */
export function compareVersions(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
