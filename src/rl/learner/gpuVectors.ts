/** @file Flat vectors on a device: constants, and a pool of reusable ones. */
import { sizeOf } from '../../engine/graph/index.ts';
import type { DeviceTensor, Runtime } from '../../engine/runtime/runtime.ts';
import { floats } from './feeds.ts';

export class GpuVectors {
  private readonly constants = new Map<string, DeviceTensor>();
  /** Free vectors by length. */
  private readonly spare = new Map<number, DeviceTensor[]>();

  constructor(private readonly runtime: Runtime) {}

  /** A read-only vector, uploaded at the first call with this name. */
  constant(name: string, data: () => Float32Array): DeviceTensor {
    const vector = this.constants.get(name) ?? this.upload(data());
    this.constants.set(name, vector);
    return vector;
  }

  zeros(size: number): DeviceTensor {
    return this.constant(`${size} zeros`, () => new Float32Array(size));
  }

  /** A vector [size] to write into; its content is undefined. */
  take(size: number): DeviceTensor {
    return this.spare.get(size)?.pop() ?? this.upload(new Float32Array(size));
  }

  /** Gives a vector back for the next `take`. */
  free(vector: DeviceTensor): void {
    const size = sizeOf(vector.shape);
    this.spare.set(size, [...(this.spare.get(size) ?? []), vector]);
  }

  private upload(data: Float32Array): DeviceTensor {
    return this.runtime.upload(floats(data, data.length));
  }
}
