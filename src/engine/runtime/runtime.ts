/**
 * @file The only interface to ONNX Runtime: model bytes and tensors in, tensors out, on the browser's GPU (WebGPU), the
 * browser's CPU (WASM) or Node. Nothing outside this folder imports onnxruntime.
 */

export type Backend = 'webgpu' | 'wasm' | 'node';
export type DataType = 'float16' | 'float32' | 'float64' | 'int32' | 'int64' | 'uint8' | 'bool';
/** Numbers of float16 are their bits. */
export type TensorData = Uint16Array | Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

/** Numbers in ordinary memory with a shape; cheap to make. */
export interface HostTensor {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** A tensor in the runtime's memory. The receiver owns it and must dispose it exactly once. */
export interface DeviceTensor {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  /** Copies the values to ordinary memory. On WebGPU this waits for the device and counts as one read-back. */
  read(): Promise<TensorData>;
  /** Overwrites the contents; same dtype and element count. */
  write(data: TensorData): void;
  dispose(): void;
}

/** Bytes of `from` that start at `start` (0), `size` of them (as many as fit), into `to` at `at` (0); multiples of 4. */
export interface Copy {
  readonly from: DeviceTensor;
  readonly to: DeviceTensor;
  readonly start?: number;
  readonly size?: number;
  readonly at?: number;
}

export interface TensorSpec {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: readonly number[];
  /** A run may have fewer rows than the first size of `shape`, as many in all inputs and outputs of this kind. */
  readonly varies?: VaryingSize;
}

/** Sizes that vary from run to run: the rows of most tensors, and the rows of a block of them. */
export type VaryingSize = 'rows' | 'block';

/** Names of the inputs and outputs with such a first size. */
export type Varying = Readonly<Partial<Record<VaryingSize, readonly string[]>>>;

export type Feeds = Readonly<Record<string, HostTensor | DeviceTensor>>;

/**
 * Where the nodes of a WebGPU program run; `cpuNodes` is empty and `memcpyNodes` 0 for a graph that stays on the GPU.
 */
export interface Placement {
  /** Nodes that run on the CPU: operator type and node name; unnamed nodes of one type are counted once. */
  readonly cpuNodes: readonly string[];
  /** Copies between GPU and CPU inserted by the session. */
  readonly memcpyNodes: number;
}

export interface Program {
  readonly name: string;
  /** Names of the inputs that the model reads; each must be fed, and no other. */
  readonly inputs: readonly string[];
  /** Present if the runtime was made with `auditPlacement`. */
  readonly placement?: Placement;
  /**
   * Runs once; calls of one runtime are executed in the order of the calls. Outputs named in `into` are written into
   * the given tensors (which may also be feeds of the same run) and not returned; all others are returned as new
   * tensors owned by the caller. Throws RuntimeError naming the program and the missing, surplus or misshapen input.
   */
  run(feeds: Feeds, into?: Readonly<Record<string, DeviceTensor>>): Promise<Record<string, DeviceTensor>>;
  dispose(): Promise<void>;
}

/** The inputs and outputs that are the same tensors in every run of a recorded program. */
export interface Capture {
  /**
   * Names of inputs; other feeds, and outputs, are copied from and to the tensors of each run. Or all inputs and
   * outputs: none may be on the host, and every output goes into a tensor that a program with `ownsOutputs` made.
   */
  readonly fixed: readonly string[] | 'all';
}

export interface CompileOptions {
  /** For messages and statistics. */
  readonly name: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /**
   * Outputs that share memory with a feed of the same run when `into` names that feed's tensor. Allowed only if the
   * output's node expects it (GroupQueryAttention's caches) or does not itself read the input, and if nothing reads the
   * input later: on WebGPU a kernel cannot bind one buffer for reading and writing, and nothing checks the rest. All
   * other outputs written into a feed get fresh memory that is exchanged afterwards, without a copy.
   */
  readonly inPlace?: readonly string[];
  /**
   * On WebGPU the commands of the first run are recorded and replayed by later ones. The first may execute twice. A
   * replay leaves out copies: no output may be a reshape or the identity.
   */
  readonly capture?: Capture;
  /** ONNX Runtime allocates the outputs: the memory that a recorded run can write into. */
  readonly ownsOutputs?: boolean;
}

/** Counters since the runtime was made, for the bench and the leak tests. */
export interface RuntimeStatistics {
  liveTensors: number;
  livePrograms: number;
  runs: number;
  /** WebGPU only: awaited device-to-host copies. */
  readBacks: number;
  /** Bytes of all compiled models. */
  bytesCompiled: number;
  bytesUploaded: number;
  bytesRead: number;
  /** WebGPU only: compute dispatches on the device queue. */
  dispatches: number;
  /** WebGPU only: lists of commands given to the device. */
  submits: number;
  /** WebGPU only: programs whose commands were recorded. */
  capturedGraphs: number;
}

export interface DeviceLoss {
  readonly reason: string;
  readonly message: string;
}

export interface Runtime {
  readonly backend: Backend;
  /** For people: adapter name on WebGPU, threads and build on the CPU. */
  readonly description: string;
  readonly statistics: Readonly<RuntimeStatistics>;
  /** Whether it pays to keep numbers in float16: a GPU that reads and writes them. */
  readonly keepsHalf?: boolean;
  /**
   * Resolves (never rejects) if the device is lost; pending and later calls then throw RuntimeError with code
   * 'device-lost'.
   */
  readonly lost: Promise<DeviceLoss>;
  /** Loads a model; RuntimeError 'compile' if it is invalid or does not match `options`. The caller disposes it. */
  compile(model: Uint8Array, options: CompileOptions): Promise<Program>;
  /** A copy in the runtime's memory, owned by the caller; RuntimeError 'bad-feed' if data and shape disagree. */
  upload(tensor: HostTensor): DeviceTensor;
  /** Copies on the device, all at once, in the order of the calls; RuntimeError 'bad-feed' for bytes that do not fit. */
  copy(copies: readonly Copy[]): void;
  /** Releases every program and tensor that is still alive. */
  dispose(): Promise<void>;
}

export type RuntimeErrorCode = 'device-lost' | 'compile' | 'bad-feed' | 'run' | 'disposed' | 'unavailable';

/** Every failure of the runtime; `code` is stable, `message` is for people. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
  constructor(
    readonly code: RuntimeErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
