/** @file Joins the many submits of a replay into one; only the methods of one queue are shadowed. */
import type { RuntimeStatistics } from './runtime.ts';

export class JoinedSubmits {
  private readonly waiting: GPUCommandBuffer[] = [];
  private joining = false;
  private readonly submit: GPUQueue['submit'];

  constructor(
    queue: GPUQueue,
    private readonly statistics: Pick<RuntimeStatistics, 'submits'>,
  ) {
    this.submit = queue.submit.bind(queue);
    const writeBuffer = queue.writeBuffer.bind(queue);
    queue.submit = (buffers) => {
      this.waiting.push(...buffers);
      if (!this.joining) this.flush();
    };
    // A write takes effect at once, so commands before it must be on their way.
    queue.writeBuffer = (...write: Parameters<GPUQueue['writeBuffer']>) => {
      this.flush();
      return writeBuffer(...write);
    };
  }

  /** Commands that `work` submits wait for the next submit or write after it. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.joining = true;
    try {
      return await work();
    } finally {
      this.joining = false;
    }
  }

  /** Submits what waits, in its order. */
  flush(): void {
    if (this.waiting.length === 0) return;
    this.statistics.submits++;
    this.submit(this.waiting.splice(0));
  }

  /** Lets the commands wait as those of a replay. */
  later(buffer: GPUCommandBuffer): void {
    this.waiting.push(buffer);
  }
}
