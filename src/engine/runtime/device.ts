/** @file What a place to compute must offer so that the shared runtime core can drive it. */

import type { InferenceSession, Tensor } from 'onnxruntime-web';
import type { SerialQueue } from './queue.ts';
import type {
  Backend,
  DeviceLoss,
  HostTensor,
  Placement,
  RuntimeStatistics,
  TensorData,
  TensorSpec,
} from './runtime.ts';

export interface CompiledSession {
  readonly session: InferenceSession;
  readonly placement?: Placement;
}

/** Memory and sessions of one backend. Every method is called in the runtime's queue unless it says otherwise. */
export interface Device {
  readonly backend: Backend;
  readonly description: string;
  readonly statistics: RuntimeStatistics;
  /** Shared by everything that enters the same build of ONNX Runtime. */
  readonly queue: SerialQueue;
  /** Whether a run can write into memory handed to it; if not, outputs are taken from what the run returns. */
  readonly bindsOutputs: boolean;
  /** Never rejects; absent where the device cannot be lost. */
  readonly lost?: Promise<DeviceLoss>;
  createSession(model: Uint8Array): Promise<CompiledSession>;
  /** New or recycled memory with undefined contents. */
  allocate(spec: Pick<TensorSpec, 'dtype' | 'shape'>): Tensor;
  /** Copies host memory into a new tensor; called outside the queue. */
  upload(tensor: HostTensor): Tensor;
  /** A tensor for the feeds of one run; may be the host's own memory. */
  lend(tensor: HostTensor): Tensor;
  /** Takes back what `lend` gave, after the run. */
  takeBack(tensor: Tensor): void;
  write(tensor: Tensor, data: TensorData): void;
  /** A copy in ordinary memory. */
  read(tensor: Tensor): Promise<TensorData>;
  release(tensor: Tensor): void;
  destroy(): Promise<void>;
}
