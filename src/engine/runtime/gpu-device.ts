/**
 * @file Device of the WebGPU backend: every tensor is a buffer that this class allocates, so ONNX Runtime allocates
 * none that could leak.
 */

import type { Tensor } from 'onnxruntime-web';
import { bytesPerElement, elementCount, viewArray } from './check.ts';
import { newStatistics } from './core.ts';
import type { CompiledSession, Device, Session, TensorCopy } from './device.ts';
import { countDispatches, countReadBacks } from './gpu-counters.ts';
import { JoinedSubmits } from './gpu-submits.ts';
import { byteSize, paddedSize, poolKey, supported } from './gpu-tensor.ts';
import { captureLog, parsePlacement, underRelays } from './placement.ts';
import { SerialQueue } from './queue.ts';
import { Recording } from './recording.ts';
import {
  RuntimeError,
  type Capture,
  type DeviceLoss,
  type HostTensor,
  type TensorData,
  type TensorSpec,
} from './runtime.ts';

export type OrtWebGpuModule = typeof import('onnxruntime-web/webgpu');

export interface GpuDeviceOptions {
  readonly description: string;
  readonly onDispatch?: (kernel: string) => void;
  readonly capture: boolean;
  readonly auditPlacement: boolean;
}

/**
 * Released buffers are kept for the next tensor of the same type and shape; beyond this many bytes all are destroyed.
 */
const MAX_POOLED_BYTES = 256 * 2 ** 20;

/** ONNX Runtime's kernels read whole vectors of four 32-bit words. */
const BUFFER_ALIGNMENT = 16;

const queue = new SerialQueue();

export class GpuDevice implements Device {
  readonly backend = 'webgpu';
  readonly description: string;
  readonly bindsOutputs = true;
  readonly keepsHalf: boolean;
  readonly statistics = newStatistics();
  readonly queue = queue;
  readonly lost: Promise<DeviceLoss>;
  readonly #pool = new Map<string, Tensor[]>();
  private readonly submits: JoinedSubmits;
  #pooledBytes = 0;
  #gone = false;

  constructor(
    private readonly ort: OrtWebGpuModule,
    private readonly gpu: GPUDevice,
    private readonly options: GpuDeviceOptions,
  ) {
    this.description = options.description;
    this.keepsHalf = gpu.features.has('shader-f16');
    this.submits = new JoinedSubmits(gpu.queue, this.statistics);
    countReadBacks(gpu, this.statistics);
    if (options.onDispatch) countDispatches(gpu, this.statistics, options.onDispatch);
    this.lost = gpu.lost.then(({ reason, message }) => {
      this.#gone = true;
      return { reason, message };
    });
  }

  async createSession(model: Uint8Array, capture?: Capture): Promise<CompiledSession> {
    const plain = () => this.open(model, false);
    if (!capture || !this.options.capture) return plain();
    try {
      const { session, ...rest } = await this.open(model, true);
      const replayed: Session = {
        inputMetadata: session.inputMetadata,
        outputMetadata: session.outputMetadata,
        run: (feeds, fetches) => this.submits.during(() => session.run(feeds, fetches)),
        release: () => session.release(),
      };
      return { ...rest, session: new Recording(replayed, async () => (await plain()).session, this, capture) };
    } catch {
      // Some graphs and builds cannot record; if the model itself is at fault, the plain session says so.
      return plain();
    }
  }

  private async open(model: Uint8Array, enableGraphCapture: boolean): Promise<CompiledSession> {
    const create = (logSeverityLevel: 1 | 3) =>
      this.ort.InferenceSession.create(model, {
        executionProviders: [{ name: 'webgpu', device: this.gpu }],
        preferredOutputLocation: 'gpu-buffer',
        graphOptimizationLevel: 'all',
        enableGraphCapture,
        logSeverityLevel,
      });
    if (!this.options.auditPlacement) return { session: await underRelays(() => create(3)) };
    const { result, lines } = await captureLog(() => create(1));
    return { session: result, placement: parsePlacement(lines) };
  }

  allocate({ dtype, shape }: Pick<TensorSpec, 'dtype' | 'shape'>): Tensor {
    const pooled = this.#pool.get(poolKey(dtype, shape))?.pop();
    if (pooled !== undefined) {
      this.#pooledBytes -= pooled.gpuBuffer.size;
      return pooled;
    }
    if (dtype === 'float64') throw new RuntimeError('bad-feed', 'WebGPU has no float64 tensors');
    const bytes = elementCount(shape) * bytesPerElement(dtype);
    const buffer = this.gpu.createBuffer({
      size: Math.max(1, Math.ceil(bytes / BUFFER_ALIGNMENT)) * BUFFER_ALIGNMENT,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    });
    return this.ort.Tensor.fromGpuBuffer(buffer, { dataType: dtype, dims: shape });
  }

  upload(host: HostTensor): Tensor {
    const tensor = this.allocate(host);
    this.write(tensor, host.data);
    return tensor;
  }

  /**
   * One queue write into recycled memory; ONNX Runtime's own upload of a CPU tensor creates and maps a new buffer each
   * time.
   */
  lend(host: HostTensor): Tensor {
    return this.upload(host);
  }

  takeBack(tensor: Tensor): void {
    this.release(tensor);
  }

  write(tensor: Tensor, data: TensorData): void {
    let bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    if (bytes.length % 4 !== 0) {
      const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
      padded.set(bytes);
      bytes = padded;
    }
    this.gpu.queue.writeBuffer(tensor.gpuBuffer, 0, bytes);
  }

  copy(copies: readonly TensorCopy[]): void {
    const encoder = this.gpu.createCommandEncoder();
    for (const { from, to, start = 0, size = paddedSize(from), at = 0 } of copies)
      encoder.copyBufferToBuffer(from.gpuBuffer, start, to.gpuBuffer, at, size);
    this.submits.later(encoder.finish());
  }

  async read(tensor: Tensor): Promise<TensorData> {
    const dtype = supported(tensor);
    const bytes = byteSize(tensor);
    const size = paddedSize(tensor);
    const staging = this.gpu.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    try {
      const encoder = this.gpu.createCommandEncoder();
      encoder.copyBufferToBuffer(tensor.gpuBuffer, 0, staging, 0, size);
      this.gpu.queue.submit([encoder.finish()]);
      await staging.mapAsync(GPUMapMode.READ);
      return viewArray(dtype, staging.getMappedRange().slice(0, bytes));
    } finally {
      staging.destroy();
    }
  }

  release(tensor: Tensor): void {
    if (this.#gone) return;
    const key = poolKey(supported(tensor), tensor.dims);
    const shelf = this.#pool.get(key);
    if (shelf === undefined) this.#pool.set(key, [tensor]);
    else shelf.push(tensor);
    this.#pooledBytes += tensor.gpuBuffer.size;
    if (this.#pooledBytes > MAX_POOLED_BYTES) this.emptyPool();
  }

  async destroy(): Promise<void> {
    this.emptyPool();
    this.gpu.destroy();
  }

  private emptyPool(): void {
    this.submits.flush();
    for (const shelf of this.#pool.values()) for (const tensor of shelf) tensor.gpuBuffer.destroy();
    this.#pool.clear();
    this.#pooledBytes = 0;
  }
}
