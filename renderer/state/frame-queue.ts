/** Gathers changes and applies them together, once per animation frame. */
export interface FrameQueue {
  add(change: () => void): void;
  /** Applies what waits at once. */
  flush(): void;
}

/** `schedule` runs a function before the next picture; a hidden window has none, so a timer stands in there. */
export function createFrameQueue(schedule: (run: () => void) => void = scheduleFrame): FrameQueue {
  let waiting: (() => void)[] = [];
  const flush = (): void => {
    const changes = waiting;
    waiting = [];
    for (const change of changes) change();
  };
  return {
    add(change) {
      waiting.push(change);
      if (waiting.length === 1) schedule(flush);
    },
    flush,
  };
}

function scheduleFrame(run: () => void): void {
  if (document.hidden) setTimeout(run, 250);
  else requestAnimationFrame(run);
}
