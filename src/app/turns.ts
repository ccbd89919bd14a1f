/** @file A queue of work: each item begins when the one before is done. */

export interface Turns {
  /** Begins `work` in its turn; the next item begins when `done` is called or after `patience`. */
  take(work: (done: () => void) => void): void;
}

/** `patience`: milliseconds after which the next item begins although `done` was not called. */
export function createTurns(patience: number): Turns {
  const waiting: ((done: () => void) => void)[] = [];
  let busy = false;
  const next = () => {
    const work = waiting.shift();
    busy = work !== undefined;
    if (!work) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let over = false;
    const done = () => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      next();
    };
    timer = setTimeout(done, patience);
    work(done);
  };
  return {
    take(work) {
      waiting.push(work);
      if (!busy) next();
    },
  };
}
