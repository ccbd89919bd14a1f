/**
 * @file Workers started ahead: loading and running a worker's script takes time, and other cores are free.
 */
import { lifelineName } from './lifeline.ts';
import { WorkerError } from './workerError.ts';

export interface NamedWorker {
  readonly worker: Worker;
  /** Name of its lifeline. */
  readonly name: string;
}

export class Spares {
  private readonly ready: NamedWorker[] = [];

  /** `make` starts a worker under that name; these workers send nothing before a request. */
  constructor(private readonly make: (name: string) => Worker) {}

  /** Starts the workers missing to `count`; if the browser refuses, `take` reports it. */
  prepare(count: number): void {
    while (this.ready.length < count) {
      let spare: NamedWorker;
      try {
        spare = this.start();
      } catch {
        return;
      }
      // A later `take` starts another one and reports its failure.
      spare.worker.addEventListener('error', () => this.forget(spare), { once: true });
      this.ready.push(spare);
    }
  }

  /**
   * A ready worker, or a new one. Throws WorkerError 'worker-refused' if the browser starts none, as in a frame without
   * an origin.
   */
  take(): NamedWorker {
    return this.ready.shift() ?? this.start();
  }

  /** Ends the workers that were not taken. */
  dismiss(): void {
    for (const { worker } of this.ready.splice(0)) worker.terminate();
  }

  private start(): NamedWorker {
    const name = lifelineName();
    try {
      return { worker: this.make(name), name };
    } catch (cause) {
      throw new WorkerError(
        'worker-refused',
        'The browser lets this page start no worker, as in a frame without an origin of its own. Open the page by itself.',
        { cause },
      );
    }
  }

  private forget(spare: NamedWorker): void {
    const place = this.ready.indexOf(spare);
    if (place >= 0) this.ready.splice(place, 1);
  }
}
