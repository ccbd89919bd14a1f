/** @file Runs tasks one at a time, in the order of the calls: ONNX Runtime crashes on overlapping calls. */

/** A chain of asynchronous tasks; a failed task does not stop later ones. */
export class SerialQueue {
  #tail: Promise<unknown> = Promise.resolve();
  #pending = 0;

  get idle(): boolean {
    return this.#pending === 0;
  }

  /** Runs `task` after all earlier ones have settled; settles like the task. */
  push<T>(task: () => Promise<T>): Promise<T> {
    this.#pending++;
    const result = this.#tail.then(task);
    const settled = () => {
      this.#pending--;
    };
    this.#tail = result.then(settled, settled);
    return result;
  }

  /** Runs `action` at once if nothing is pending, otherwise in its turn; `action` must not throw. */
  inTurn(action: () => void): void {
    if (this.idle) action();
    else void this.push(async () => action());
  }
}
