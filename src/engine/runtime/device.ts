/** @file The interface of a compute device, as the shared runtime core uses it. */

import type { InferenceSession, Tensor } from 'onnxruntime-web';
import type { SerialQueue } from './queue.ts';
import type {
  Backend,
  Capture,
  DeviceLoss,
  HostTensor,
  Placement,
  RuntimeStatistics,
  TensorData,
  TensorSpec,
} from './runtime.ts';

/** The parts of a session of ONNX Runtime that the runtime uses. */
export interface Session {
  readonly inputMetadata: InferenceSession['inputMetadata'];
  readonly outputMetadata: InferenceSession['outputMetadata'];
  /** Fetches named outputs into new tensors, or all into given ones. */
  run(
    feeds: Readonly<Record<string, Tensor>>,
    fetches: readonly string[] | Readonly<Record<string, Tensor>>,
  ): Promise<Readonly<Record<string, Tensor>>>;
  release(): Promise<void>;
}

export interface CompiledSession {
  readonly session: Session;
  readonly placement?: Placement;
}

/** `size` bytes of `from`, from byte `start` on, into `to` at byte `at`. */
export interface TensorCopy {
  readonly from: Tensor;
  readonly to: Tensor;
  /** 0 if absent. */
  readonly start?: number;
  /** All if absent. */
  readonly size?: number;
  /** 0 if absent. */
  readonly at?: number;
}

/** Memory and sessions of one backend. Methods are called in the runtime's queue unless noted. */
export interface Device {
  readonly backend: Backend;
  readonly description: string;
  readonly keepsHalf?: boolean;
  readonly statistics: RuntimeStatistics;
  /** Shared by all devices that use the same build of ONNX Runtime. */
  readonly queue: SerialQueue;
  /** Whether a run can write into preallocated memory; if not, outputs are taken from the run's results. */
  readonly bindsOutputs: boolean;
  /** Never rejects; absent where the device cannot be lost. */
  readonly lost?: Promise<DeviceLoss>;
  createSession(model: Uint8Array, capture?: Capture): Promise<CompiledSession>;
  /** New or recycled memory with undefined contents. */
  allocate(spec: Pick<TensorSpec, 'dtype' | 'shape'>): Tensor;
  /** Copies host memory into a new tensor; called outside the queue. */
  upload(tensor: HostTensor): Tensor;
  /** A tensor for the feeds of one run; it may share the host's memory. */
  lend(tensor: HostTensor): Tensor;
  /** Returns the tensor of `lend` after the run. */
  takeBack(tensor: Tensor): void;
  write(tensor: Tensor, data: TensorData): void;
  /** Between tensors, in the order given. */
  copy(copies: readonly TensorCopy[]): void;
  /** A copy in ordinary memory. */
  read(tensor: Tensor): Promise<TensorData>;
  release(tensor: Tensor): void;
  destroy(): Promise<void>;
}
