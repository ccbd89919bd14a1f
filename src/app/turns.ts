/** @file Work that is done one after the other, each as soon as the one before says that it is done. */

export interface Turns {
  /** Begins `work` in its turn; the next begins when `done` is called, or when its patience has run out. */
  take(work: (done: () => void) => void): void;
}

/** `patience` in milliseconds: nobody waits longer for one that never says that it is done. */
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
