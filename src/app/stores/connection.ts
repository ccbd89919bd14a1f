/** @file The connection of a run store to its current trainer, which can be replaced. */
import type { Listen, Trainer, TrainerEvent } from '../../rl/run/trainer.ts';

/** Makes a trainer: in a worker on the page, in the same thread in tests. */
export type Connect = () => { trainer: Trainer; listen: Listen; terminate(): void; renew?(): Promise<void> };

export class Connection {
  private current: ReturnType<Connect> | null = null;

  constructor(
    private readonly connect: Connect,
    private readonly onEvent: (event: TrainerEvent) => void,
  ) {}

  get trainer(): Trainer {
    return this.live().trainer;
  }

  private live(): ReturnType<Connect> {
    if (this.current) return this.current;
    const made = this.connect();
    // Events of a replaced trainer belong to a run that is gone.
    made.listen((event) => {
      if (this.current === made) this.onEvent(event);
    });
    this.current = made;
    return made;
  }

  close(): void {
    this.current?.terminate();
    this.current = null;
  }

  /** Like `close`, after the trainer’s files were loaded again past every cache: a cache may hold a wrong file. */
  async closeAfterRenewal(): Promise<void> {
    const ended = this.current;
    this.current = null;
    await ended?.renew?.();
    ended?.terminate();
  }
}
