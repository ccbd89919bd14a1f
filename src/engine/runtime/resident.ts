/** @file A tensor in the runtime's memory: a handle on memory that runs may exchange for fresh memory. */

import type { Tensor } from 'onnxruntime-web';
import type { Device } from './device.ts';
import { checkData } from './check.ts';
import { RuntimeError, type DataType, type DeviceTensor, type TensorData } from './runtime.ts';

/** The parts of its runtime that a tensor uses. */
export interface Owner {
  readonly device: Device;
  /** Throws if the runtime is disposed or its device is lost. */
  assertUsable(): void;
  guarded<T>(what: string, task: () => Promise<T>): Promise<T>;
  forget(tensor: ResidentTensor): void;
}

export class ResidentTensor implements DeviceTensor {
  #disposed = false;
  #orphaned = false;
  #holds = 0;

  constructor(
    readonly owner: Owner,
    readonly dtype: DataType,
    readonly shape: readonly number[],
    /**
     * The memory; replaced when a run writes an output into this tensor that it also reads. Access only in the queue.
     */
    public slot: Tensor,
  ) {}

  assertAlive(label = `tensor ${this.dtype}[${this.shape}]`): void {
    if (this.#disposed) throw new RuntimeError('disposed', `${label} was used after it was disposed`);
  }

  async read(): Promise<TensorData> {
    this.owner.assertUsable();
    this.assertAlive();
    const { device } = this.owner;
    this.hold();
    try {
      const data = await this.owner.guarded('read', () => device.read(this.slot));
      device.statistics.bytesRead += data.byteLength;
      return data;
    } finally {
      this.letGo();
    }
  }

  write(data: TensorData): void {
    this.owner.assertUsable();
    this.assertAlive();
    checkData('write', this.dtype, this.shape, data);
    const { device } = this.owner;
    device.statistics.bytesUploaded += data.byteLength;
    // Runs requested before this write must still see the old contents, and the caller may reuse `data`.
    const contents = device.queue.idle ? data : data.slice();
    this.hold();
    device.queue.inTurn(() => {
      device.write(this.slot, contents);
      this.letGo();
    });
  }

  dispose(): void {
    if (this.#orphaned) return;
    if (this.#disposed) throw new RuntimeError('disposed', `tensor ${this.dtype}[${this.shape}] was disposed twice`);
    this.#disposed = true;
    this.owner.forget(this);
    this.releaseIfUnused();
  }

  /** Keeps the memory for an unfinished call, even if the tensor is disposed meanwhile. */
  hold(): void {
    this.#holds++;
  }

  letGo(): void {
    this.#holds--;
    this.releaseIfUnused();
  }

  /** Called when the runtime is disposed together with the memory; a later dispose() then does nothing. */
  orphan(): void {
    this.#orphaned = true;
    this.#disposed = true;
  }

  private releaseIfUnused(): void {
    if (this.#disposed && !this.#orphaned && this.#holds === 0) this.owner.device.release(this.slot);
  }
}
