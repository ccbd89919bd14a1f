/** @file Device of the CPU backends: a tensor is a typed array that ONNX Runtime reads and writes directly. */

import type { InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-web';
import { newStatistics } from './core.ts';
import { elementCount, newArray } from './check.ts';
import type { CompiledSession, Device, TensorCopy } from './device.ts';
import { SerialQueue } from './queue.ts';
import { RuntimeError, type Backend, type HostTensor, type TensorData, type TensorSpec } from './runtime.ts';

/** The two classes of ONNX Runtime used by the CPU backends; every build exports them under these names. */
export interface OrtModule {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: TensorConstructor;
}

export interface CpuDeviceOptions {
  readonly backend: Backend;
  readonly description: string;
  readonly bindsOutputs: boolean;
  readonly session: InferenceSession.SessionOptions;
  readonly queue?: SerialQueue;
}

export class CpuDevice implements Device {
  readonly backend: Backend;
  readonly description: string;
  readonly bindsOutputs: boolean;
  readonly statistics = newStatistics();
  readonly queue: SerialQueue;
  /** Memory of released outputs by type and length: new memory of the same size costs more than many a run. */
  private readonly spare = new Map<string, TensorData[]>();
  private readonly own = new WeakSet<TensorData>();

  constructor(
    private readonly ort: OrtModule,
    private readonly options: CpuDeviceOptions,
  ) {
    this.backend = options.backend;
    this.description = options.description;
    this.bindsOutputs = options.bindsOutputs;
    this.queue = options.queue ?? new SerialQueue();
  }

  async createSession(model: Uint8Array): Promise<CompiledSession> {
    return { session: await this.ort.InferenceSession.create(model, this.options.session) };
  }

  /** Undefined contents: every output is written whole. */
  allocate({ dtype, shape }: Pick<TensorSpec, 'dtype' | 'shape'>): Tensor {
    const length = elementCount(shape);
    const data = this.spare.get(`${dtype} ${length}`)?.pop() ?? newArray(dtype, length);
    this.own.add(data);
    return this.lend({ dtype, shape, data });
  }

  upload(tensor: HostTensor): Tensor {
    return this.lend({ ...tensor, data: tensor.data.slice() });
  }

  lend({ dtype, shape, data }: HostTensor): Tensor {
    return new this.ort.Tensor(dtype, data, shape);
  }

  takeBack(): void {}

  write(tensor: Tensor, data: TensorData): void {
    const memory = memoryOf(tensor);
    if (memory instanceof BigInt64Array) {
      if (data instanceof BigInt64Array) memory.set(data);
    } else if (!(data instanceof BigInt64Array)) {
      memory.set(data);
    }
  }

  copy(copies: readonly TensorCopy[]): void {
    for (const { from, to, start = 0, size = Infinity, at = 0 } of copies)
      bytesOf(memoryOf(to)).set(bytesOf(memoryOf(from)).subarray(start, start + size), at);
  }

  async read(tensor: Tensor): Promise<TensorData> {
    return memoryOf(tensor).slice();
  }

  release(tensor: Tensor): void {
    const data = memoryOf(tensor);
    const key = `${tensor.type} ${data.length}`;
    if (this.own.delete(data)) this.spare.set(key, [...(this.spare.get(key) ?? []), data]);
    tensor.dispose();
  }

  async destroy(): Promise<void> {
    this.spare.clear();
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: TensorData) => new Uint8Array(buffer, byteOffset, byteLength);

function memoryOf(tensor: Tensor): TensorData {
  const { data } = tensor;
  if (tensor.type === 'float16' && ArrayBuffer.isView(data))
    return new Uint16Array(data.buffer, data.byteOffset, tensor.size);
  if (
    data instanceof Float32Array ||
    data instanceof Float64Array ||
    data instanceof Int32Array ||
    data instanceof BigInt64Array ||
    data instanceof Uint8Array
  ) {
    return data;
  }
  throw new RuntimeError('run', `tensors of type ${tensor.type} are not supported`);
}
