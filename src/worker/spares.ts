/** @file Workers that are started before anybody asks for them: loading and running a worker's script takes a while, and other cores are free. */
import { lifelineName } from './lifeline.ts';

export interface NamedWorker {
  readonly worker: Worker;
  /** Of its lifeline. */
  readonly name: string;
}

export class Spares {
  private readonly ready: NamedWorker[] = [];

  /** `make` starts a worker under that name; workers of this kind say nothing before they are asked. */
  constructor(private readonly make: (name: string) => Worker) {}

  /** Starts as many as are missing to `count`. */
  prepare(count: number): void {
    while (this.ready.length < count) {
      const spare = this.start();
      // Whoever asks later starts another and hears of its failure.
      spare.worker.addEventListener('error', () => this.forget(spare), { once: true });
      this.ready.push(spare);
    }
  }

  /** One that is ready, or a new one. */
  take(): NamedWorker {
    return this.ready.shift() ?? this.start();
  }

  /** Ends those that nobody has asked for. */
  dismiss(): void {
    for (const { worker } of this.ready.splice(0)) worker.terminate();
  }

  private start(): NamedWorker {
    const name = lifelineName();
    return { worker: this.make(name), name };
  }

  private forget(spare: NamedWorker): void {
    const place = this.ready.indexOf(spare);
    if (place >= 0) this.ready.splice(place, 1);
  }
}
