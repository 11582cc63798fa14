/** Items in lanes by key: one of a lane at a time and in order, lanes with nothing in common. */
export interface Lanes<T> {
  add(key: string, item: T): void;
  /** The next item that may go, from the lane that has waited longest; its lane stays shut until `finish` or `wake`. */
  take(): { readonly key: string; readonly item: T } | null;
  /** The item taken from this lane is done with; the one behind it may go. */
  finish(key: string): void;
  /** The item taken from this lane goes again; nothing of the lane went in between. */
  wake(key: string): void;
}

export function createLanes<T>(): Lanes<T> {
  const lanes = new Map<string, T[]>();
  // A set keeps the order of arrival, and a lane is in it once.
  const open = new Set<string>();
  const shut = new Set<string>();

  function reopen(key: string): T[] {
    const lane = lanes.get(key);
    if (!lane || !shut.delete(key)) throw new Error(`nothing was taken from lane ${JSON.stringify(key)}`);
    return lane;
  }

  return {
    add(key, item) {
      const lane = lanes.get(key);
      if (lane) {
        lane.push(item);
        return;
      }
      lanes.set(key, [item]);
      open.add(key);
    },
    take() {
      for (const key of open) {
        const item = lanes.get(key)?.[0];
        open.delete(key);
        if (item === undefined) continue;
        shut.add(key);
        return { key, item };
      }
      return null;
    },
    finish(key) {
      const lane = reopen(key);
      lane.shift();
      if (lane.length > 0) open.add(key);
      else lanes.delete(key);
    },
    wake(key) {
      reopen(key);
      open.add(key);
    },
  };
}
