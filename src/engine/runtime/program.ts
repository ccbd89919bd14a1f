/** @file A compiled model: checks feeds, binds memory, and returns outputs. */

import type { Tensor } from 'onnxruntime-web';
import { checkAgainst, checkData, checkNoSurplus } from './check.ts';
import type { CompiledSession, Session } from './device.ts';
import { type Owner, ResidentTensor } from './resident.ts';
import { RunSizes, type Specs } from './runSizes.ts';
import {
  RuntimeError,
  type CompileOptions,
  type DeviceTensor,
  type Feeds,
  type HostTensor,
  type Placement,
  type Program,
  type TensorSpec,
} from './runtime.ts';

type Targets = ReadonlyMap<string, ResidentTensor>;
type Inputs = ReadonlyMap<string, ResidentTensor | HostTensor>;

/** The part of the runtime that its programs use. */
export interface ProgramOwner extends Owner {
  readonly statistics: { runs: number; bytesUploaded: number };
  /** Registers a tensor made by a run. */
  adopt(tensor: ResidentTensor): ResidentTensor;
  /** Releases a program's session once nothing runs. */
  retire(program: OrtProgram): Promise<void>;
}

export class OrtProgram implements Program {
  readonly name: string;
  readonly inputs: readonly string[];
  declare readonly placement?: Placement;
  readonly session: Session;
  readonly #sizes: RunSizes;
  readonly #inPlace: ReadonlySet<string>;
  readonly #ownsOutputs: boolean;
  #disposed = false;
  #orphaned = false;

  constructor(
    private readonly runtime: ProgramOwner,
    compiled: CompiledSession,
    options: CompileOptions,
  ) {
    this.name = options.name;
    this.inputs = options.inputs.map(({ name }) => name);
    this.session = compiled.session;
    if (compiled.placement !== undefined) this.placement = compiled.placement;
    this.#sizes = new RunSizes(options);
    this.#inPlace = new Set(options.inPlace);
    this.#ownsOutputs = options.ownsOutputs ?? false;
  }

  async run(feeds: Feeds, into: Readonly<Record<string, DeviceTensor>> = {}): Promise<Record<string, DeviceTensor>> {
    this.assertAlive();
    this.runtime.assertUsable();
    const specs = this.#sizes.of(feeds);
    const inputs = this.checkFeeds(specs.inputs, feeds);
    const targets = this.checkTargets(specs.outputs, into);
    const used: ResidentTensor[] = [...targets.values()];
    for (const tensor of inputs.values()) if (tensor instanceof ResidentTensor) used.push(tensor);
    for (const tensor of used) tensor.hold();
    try {
      return await this.runtime.guarded(this.name, () => this.execute(inputs, specs.outputs, targets));
    } finally {
      for (const tensor of used) tensor.letGo();
    }
  }

  async dispose(): Promise<void> {
    if (this.#orphaned) return;
    if (this.#disposed) throw new RuntimeError('disposed', `program ${this.name} was disposed twice`);
    this.#disposed = true;
    await this.runtime.retire(this);
  }

  /** Called when the runtime is disposed together with the session. */
  orphan(): void {
    this.#orphaned = true;
    this.#disposed = true;
  }

  private assertAlive(): void {
    if (this.#disposed) throw new RuntimeError('disposed', `program ${this.name} was used after it was disposed`);
  }

  private checkFeeds(specs: Specs, feeds: Feeds): Inputs {
    const inputs = new Map<string, ResidentTensor | HostTensor>();
    for (const spec of specs.values()) {
      const tensor = feeds[spec.name];
      if (tensor === undefined) throw new RuntimeError('bad-feed', `${this.name}: input "${spec.name}" is missing`);
      checkAgainst(this.name, 'input', spec, tensor);
      inputs.set(
        spec.name,
        'data' in tensor ? this.checkHost(spec, tensor) : this.checkResident('input', spec, tensor),
      );
    }
    checkNoSurplus(this.name, 'input', specs, feeds);
    return inputs;
  }

  private checkTargets(specs: Specs, into: Readonly<Record<string, DeviceTensor>>): Targets {
    const targets = new Map<string, ResidentTensor>();
    checkNoSurplus(this.name, 'output', specs, into);
    for (const [name, target] of Object.entries(into)) {
      const spec = specs.get(name);
      if (spec === undefined) continue;
      checkAgainst(this.name, 'output', spec, target);
      const resident = this.checkResident('output', spec, target);
      for (const [other, taken] of targets) {
        if (taken !== resident) continue;
        throw new RuntimeError('bad-feed', `${this.name}: outputs "${other}" and "${name}" go into the same tensor`);
      }
      targets.set(name, resident);
    }
    return targets;
  }

  private checkHost(spec: TensorSpec, tensor: HostTensor): HostTensor {
    checkData(`${this.name}: input "${spec.name}"`, spec.dtype, spec.shape, tensor.data);
    this.runtime.statistics.bytesUploaded += tensor.data.byteLength;
    return tensor;
  }

  private checkResident(role: string, spec: TensorSpec, tensor: DeviceTensor): ResidentTensor {
    if (!(tensor instanceof ResidentTensor) || tensor.owner !== this.runtime) {
      throw new RuntimeError('bad-feed', `${this.name}: ${role} "${spec.name}" belongs to another runtime`);
    }
    tensor.assertAlive(`${this.name}: ${role} "${spec.name}"`);
    return tensor;
  }

  private async execute(inputs: Inputs, outputs: Specs, targets: Targets): Promise<Record<string, DeviceTensor>> {
    const { device } = this.runtime;
    const feeds: Record<string, Tensor> = {};
    const lent: Tensor[] = [];
    for (const [name, tensor] of inputs) {
      if (tensor instanceof ResidentTensor) feeds[name] = tensor.slot;
      else lent.push((feeds[name] = device.lend(tensor)));
    }
    try {
      const bindsOutputs = device.bindsOutputs && !this.#ownsOutputs;
      const results = bindsOutputs
        ? await this.runBound(feeds, this.bind(inputs, outputs, targets))
        : await this.session.run(feeds, [...outputs.keys()]);
      this.runtime.statistics.runs++;
      return this.deliver(results, outputs, targets);
    } finally {
      for (const tensor of lent) device.takeBack(tensor);
    }
  }

  /** Memory for every output: the target's own, unless the run also reads it and must not overwrite it early. */
  private bind(inputs: Inputs, outputs: Specs, targets: Targets): Map<string, { tensor: Tensor; fresh: boolean }> {
    const fed = new Set<unknown>(inputs.values());
    const bound = new Map<string, { tensor: Tensor; fresh: boolean }>();
    for (const spec of outputs.values()) {
      const target = targets.get(spec.name);
      const own = target !== undefined && (!fed.has(target) || this.#inPlace.has(spec.name));
      bound.set(
        spec.name,
        own ? { tensor: target.slot, fresh: false } : { tensor: this.runtime.device.allocate(spec), fresh: true },
      );
    }
    return bound;
  }

  private async runBound(
    feeds: Record<string, Tensor>,
    bound: ReadonlyMap<string, { tensor: Tensor; fresh: boolean }>,
  ): Promise<Record<string, Tensor>> {
    const fetches: Record<string, Tensor> = {};
    for (const [name, { tensor }] of bound) fetches[name] = tensor;
    try {
      await this.session.run(feeds, fetches);
    } catch (error) {
      for (const { tensor, fresh } of bound.values()) if (fresh) this.runtime.device.release(tensor);
      throw error;
    }
    return fetches;
  }

  private deliver(results: Record<string, Tensor>, outputs: Specs, targets: Targets): Record<string, DeviceTensor> {
    const returned: Record<string, DeviceTensor> = {};
    for (const spec of outputs.values()) {
      const tensor = results[spec.name];
      if (tensor === undefined) throw new RuntimeError('run', `${this.name}: output "${spec.name}" was not computed`);
      const target = targets.get(spec.name);
      if (target === undefined) {
        returned[spec.name] = this.runtime.adopt(new ResidentTensor(this.runtime, spec.dtype, spec.shape, tensor));
      } else if (target.slot !== tensor) {
        this.runtime.device.release(target.slot);
        target.slot = tensor;
      }
    }
    return returned;
  }
}
