const MESSAGES = /^(?:Connection is closed|Stream isn't writeable|Command timed out|Command aborted|connect ETIMEDOUT)/;
const REFUSALS = /^(?:LOADING|MASTERDOWN|TRYAGAIN|READONLY|BUSY|OOM|MISCONF) /;

/** Whether this is how the Redis client says that Redis can't be reached, or that it takes nothing for now: it loads, or memory or disk is full. */
export function isRedisAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'MaxRetriesPerRequestError') return true;
  if (error.name === 'ReplyError') return REFUSALS.test(error.message);
  // A failing fetch has its socket error as the cause, so a bare one comes from a socket that we hold open: Redis'.
  if ('syscall' in error && error.syscall === 'connect') return true;
  return MESSAGES.test(error.message);
}
