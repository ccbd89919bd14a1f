/** @file The runtime shared by all backends: order of calls, lifetimes, checks and counters around a `Device`. */

import { bytesPerElement, checkData, checkSession, elementCount } from './check.ts';
import type { Device, Session } from './device.ts';
import { OrtProgram } from './program.ts';
import { ResidentTensor, type Owner } from './resident.ts';
import {
  RuntimeError,
  type Backend,
  type CompileOptions,
  type Copy,
  type DeviceLoss,
  type DeviceTensor,
  type HostTensor,
  type Program,
  type Runtime,
  type RuntimeErrorCode,
  type RuntimeStatistics,
} from './runtime.ts';

export function newStatistics(): RuntimeStatistics {
  return {
    liveTensors: 0,
    livePrograms: 0,
    runs: 0,
    readBacks: 0,
    bytesCompiled: 0,
    bytesUploaded: 0,
    bytesRead: 0,
    dispatches: 0,
    submits: 0,
    capturedGraphs: 0,
  };
}

export class OrtRuntime implements Runtime, Owner {
  readonly backend: Backend;
  readonly description: string;
  readonly keepsHalf: boolean;
  readonly statistics: RuntimeStatistics;
  readonly lost: Promise<DeviceLoss>;
  #disposed = false;
  #loss: DeviceLoss | undefined;
  #interrupt: ((error: RuntimeError) => void) | undefined;
  readonly #tensors = new Set<ResidentTensor>();
  readonly #programs = new Set<OrtProgram>();

  constructor(readonly device: Device) {
    this.backend = device.backend;
    this.description = device.description;
    this.keepsHalf = device.keepsHalf ?? false;
    this.statistics = device.statistics;
    this.lost = new Promise((resolve) => {
      void device.lost?.then((loss) => {
        if (this.#disposed) return;
        this.#loss = loss;
        this.#interrupt?.(lossError(loss));
        resolve(loss);
      });
    });
  }

  async compile(model: Uint8Array, options: CompileOptions): Promise<Program> {
    this.assertUsable();
    const start = performance.now();
    const compiled = await this.guarded(
      `compile ${options.name}`,
      () => this.device.createSession(model, options.capture),
      'compile',
    );
    performance.measure(`compile ${options.name}`, { start });
    try {
      checkSession(compiled.session, options);
    } catch (error) {
      await this.releaseSession(compiled.session);
      throw error;
    }
    const program = new OrtProgram(this, compiled, options);
    this.#programs.add(program);
    this.statistics.livePrograms++;
    this.statistics.bytesCompiled += model.length;
    return program;
  }

  upload(tensor: HostTensor): DeviceTensor {
    this.assertUsable();
    checkData('upload', tensor.dtype, tensor.shape, tensor.data);
    this.statistics.bytesUploaded += tensor.data.byteLength;
    const { dtype } = tensor;
    const shape = [...tensor.shape];
    return this.adopt(new ResidentTensor(this, dtype, shape, this.device.upload({ dtype, shape, data: tensor.data })));
  }

  copy(copies: readonly Copy[]): void {
    this.assertUsable();
    const held = copies.map((copy) => {
      const [from, to] = [this.own(copy.from), this.own(copy.to)];
      const { start = 0, at = 0 } = copy;
      const size = copy.size ?? Math.min(byteLength(from) - start, byteLength(to) - at);
      const fits = start + size <= byteLength(from) && at + size <= byteLength(to);
      if (!fits || size <= 0 || [start, size, at].some((bytes) => bytes < 0 || bytes % 4 !== 0))
        throw new RuntimeError('bad-feed', `copy: ${size} bytes from ${start} on do not go to ${at}`);
      return { from, to, start, size, at };
    });
    const tensors = held.flatMap(({ from, to }) => [from, to]);
    for (const tensor of tensors) tensor.hold();
    this.device.queue.inTurn(() => {
      this.device.copy(held.map((copy) => ({ ...copy, from: copy.from.slot, to: copy.to.slot })));
      for (const tensor of tensors) tensor.letGo();
    });
  }

  /** The tensor, if it is alive and of this runtime. */
  private own(tensor: DeviceTensor): ResidentTensor {
    if (!(tensor instanceof ResidentTensor) || tensor.owner !== this)
      throw new RuntimeError('bad-feed', 'copy: a tensor belongs to another runtime');
    tensor.assertAlive('copy: a tensor');
    return tensor;
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    const { queue } = this.device;
    for (const program of this.#programs) program.orphan();
    const sessions = [...this.#programs].map((program) => program.session);
    const tensors = [...this.#tensors];
    for (const tensor of tensors) tensor.orphan();
    this.#programs.clear();
    this.#tensors.clear();
    this.statistics.liveTensors = 0;
    this.statistics.livePrograms = 0;
    await queue.push(async () => {
      for (const tensor of tensors) this.device.release(tensor.slot);
      // A lost device can block a release for ever; its memory is gone anyway.
      if (this.#loss === undefined) for (const session of sessions) await session.release();
      await this.device.destroy();
    });
  }

  assertUsable(): void {
    if (this.#disposed)
      throw new RuntimeError('disposed', `the ${this.backend} runtime was used after it was disposed`);
    if (this.#loss !== undefined) throw lossError(this.#loss);
  }

  /**
   * Runs `task` in its turn. Loss of the device rejects it at once, because ONNX Runtime itself may then never return.
   */
  guarded<T>(what: string, task: () => Promise<T>, code: RuntimeErrorCode = 'run'): Promise<T> {
    return this.device.queue.push(async () => {
      if (this.#loss !== undefined) throw lossError(this.#loss);
      try {
        const result = await new Promise<T>((resolve, reject) => {
          this.#interrupt = reject;
          task().then(resolve, reject);
        });
        if (this.#loss !== undefined) throw lossError(this.#loss);
        return result;
      } catch (error) {
        if (error instanceof RuntimeError) throw error;
        const cause = error instanceof Error ? error.message : String(error);
        throw new RuntimeError(code, `${what}: ${cause}`, { cause: error });
      } finally {
        this.#interrupt = undefined;
      }
    });
  }

  adopt(tensor: ResidentTensor): ResidentTensor {
    this.#tensors.add(tensor);
    this.statistics.liveTensors++;
    return tensor;
  }

  forget(tensor: ResidentTensor): void {
    if (this.#tensors.delete(tensor)) this.statistics.liveTensors--;
  }

  async retire(program: OrtProgram): Promise<void> {
    if (this.#programs.delete(program)) this.statistics.livePrograms--;
    if (this.#loss === undefined) await this.releaseSession(program.session);
  }

  private releaseSession(session: Session): Promise<void> {
    return this.guarded('release', () => session.release());
  }
}

const byteLength = ({ dtype, shape }: DeviceTensor): number => elementCount(shape) * bytesPerElement(dtype);

function lossError(loss: DeviceLoss): RuntimeError {
  return new RuntimeError('device-lost', `the GPU device was lost (${loss.reason}): ${loss.message}`);
}
