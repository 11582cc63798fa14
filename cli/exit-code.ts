/** What a command tells its caller; documented for scripts. Errors with a code bring their own, see describeError. */
export const EXIT = { ok: 0, failed: 1, usage: 2, config: 3, unreachable: 4, interrupted: 130 } as const;
