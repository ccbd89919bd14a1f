/**
 * @file Workers that are started before anybody asks for them: loading and running a worker's script takes a while, and
 * other cores are free.
 */
import { lifelineName } from './lifeline.ts';
import { WorkerError } from './protocol.ts';

export interface NamedWorker {
  readonly worker: Worker;
  /** Of its lifeline. */
  readonly name: string;
}

export class Spares {
  private readonly ready: NamedWorker[] = [];

  /** `make` starts a worker under that name; workers of this kind say nothing before they are asked. */
  constructor(private readonly make: (name: string) => Worker) {}

  /** Starts as many as are missing to `count`; where the browser refuses, `take` tells. */
  prepare(count: number): void {
    while (this.ready.length < count) {
      let spare: NamedWorker;
      try {
        spare = this.start();
      } catch {
        return;
      }
      // Whoever asks later starts another and hears of its failure.
      spare.worker.addEventListener('error', () => this.forget(spare), { once: true });
      this.ready.push(spare);
    }
  }

  /**
   * One that is ready, or a new one. Throws WorkerError 'worker-refused' where the browser starts none, as in a frame
   * without an origin.
   */
  take(): NamedWorker {
    return this.ready.shift() ?? this.start();
  }

  /** Ends those that nobody has asked for. */
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
