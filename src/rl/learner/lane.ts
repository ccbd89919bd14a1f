/**
 * @file One runtime with the graphs of a run, which processes shards and micro-batches one after the other. A lane may
 * live in a worker.
 */
import type { Rates } from '../../engine/optim/optimizer.ts';
import type { Feeds, HostTensor, Program, Runtime } from '../../engine/runtime/runtime.ts';
import { assert, present } from '../../lib/assert.ts';
import { createCpuSampler } from '../../policy/cpuSampler.ts';
import type { ParameterSet } from '../../policy/parameterSet.ts';
import type { Sampled, Sampler } from '../../policy/sampler.ts';
import type { Reading } from '../trajectory/tokens.ts';
import {
  floats,
  objectiveFeeds,
  type OpenedSlot,
  type OpenedSpec,
  type OpenSpec,
  openSpec,
  rateFeeds,
  rowFeeds,
  trajectoryFeeds,
} from './feeds.ts';
import type { LearnerSpec } from './learner.ts';
import { PerKind, Programs } from './programs.ts';
import type {
  GradientJob,
  GradientResult,
  Lane,
  LaneInfo,
  ReadJob,
  ReferenceJob,
  SampleJob,
  Target,
  ValuesJob,
} from './jobs.ts';
import { mapSlots, type SlotState } from './state.ts';

interface Compiled {
  readonly opened: OpenedSpec;
  readonly programs: Programs;
  readonly samplers: PerKind<Sampler>;
}

/** Runs a program and reads back all its outputs. */
async function runToHost(program: Program, feeds: Feeds): Promise<Record<string, Float32Array>> {
  const outputs = Object.entries(await program.run(feeds));
  const read = await Promise.all(
    outputs.map(async ([name, tensor]) => [name, (await tensor.read()) as Float32Array] as const),
  );
  for (const [, tensor] of outputs) tensor.dispose();
  return Object.fromEntries(read);
}

/** Feeds the parameters of a target. */
const parametersOf = ({ parameters }: Target<Float32Array>) => ({ parameters: floats(parameters, parameters.length) });

/** The parameter set that a slot samples with; null for a head, which does not change the policy. */
function drawnFrom({ slots }: OpenedSpec, slot: string): ParameterSet | null {
  const { set } = present(slots[slot], `slot ${slot}`);
  return set.replaced.length > 0 ? set : null;
}

/** A lane on a CPU runtime in this thread. */
export class LocalLane implements Lane {
  private compiled: Compiled | null = null;

  constructor(
    private readonly runtime: Runtime,
    private readonly openWith: OpenSpec = openSpec,
  ) {}

  /** Opens the spec and builds the programs of a run's first step. */
  async open(spec: LearnerSpec): Promise<LaneInfo> {
    await this.release();
    const opened = this.openWith(spec);
    const programs = new Programs(this.runtime, opened);
    this.compiled = { opened, programs, samplers: new PerKind() };
    // All are requested at once: the graphs are built while the runtime still starts.
    await Promise.all(
      Object.entries(opened.slots).flatMap(([slot, { algorithm, reference }]) =>
        algorithm
          ? [
              ...(reference && opened.decoder ? [this.sampler(slot)] : []),
              ...(reference ? [programs.score(spec.referenceSlot)] : []),
              programs.of('gradient', slot),
              programs.of('update', slot),
            ]
          : [],
      ),
    );
    const { backend, description } = this.runtime;
    return { backend, description };
  }

  async sample({ slot, parameters, ...request }: SampleJob): Promise<Sampled> {
    const draws = drawnFrom(this.graphs().opened, slot);
    return (await this.sampler(slot)).sample({ ...request, ...(draws ? { adapter: parameters } : {}) });
  }

  async score(job: ReferenceJob): Promise<Feeds> {
    const { programs, opened } = this.graphs();
    const program = await programs.score(job.anchor?.slot);
    const outputs = await program.run({
      ...trajectoryFeeds(opened, program, job),
      ...(job.anchor ? parametersOf(job.anchor) : {}),
    });
    const read = Object.entries(outputs).map(async ([name, tensor]): Promise<[string, HostTensor]> => {
      const { dtype, shape } = tensor;
      return [name, { dtype, shape, data: await tensor.read().finally(() => tensor.dispose()) }];
    });
    return Object.fromEntries(await Promise.all(read));
  }

  async read({ whole, ...job }: ReadJob): Promise<Reading> {
    const { programs, opened } = this.graphs();
    const program = await programs.of(whole ? 'readWhole' : 'read', job.slot);
    const { logProbs, entropy, values, logDistribution } = await runToHost(program, {
      ...trajectoryFeeds(opened, program, job),
      ...parametersOf(job),
    });
    return {
      logProbs: present(logProbs, 'output logProbs'),
      entropy: present(entropy, 'output entropy'),
      ...(values ? { values } : {}),
      ...(logDistribution ? { logDistribution } : {}),
    };
  }

  async values({ tokenIds, ...target }: ValuesJob): Promise<Float32Array> {
    const { programs, opened } = this.graphs();
    const { values } = await runToHost(await programs.of('values', target.slot), {
      ...rowFeeds(opened, tokenIds),
      ...parametersOf(target),
    });
    return present(values, 'output values');
  }

  async gradient({ reference = {}, ...job }: GradientJob): Promise<GradientResult> {
    const { programs, opened } = this.graphs();
    const program = await programs.of('gradient', job.slot);
    const { loss, ...outputs } = await runToHost(program, {
      ...trajectoryFeeds(opened, program, job),
      ...parametersOf(job),
      ...reference,
      ...objectiveFeeds(opened, program, job),
    });
    const output = (name: string) => present(outputs[name], `output ${name}`);
    return {
      ...outputs,
      loss: loss?.[0] as number,
      gradient: output('gradient'),
      logProbs: output('logProbs'),
      entropy: output('entropy'),
    };
  }

  async update(
    slot: string,
    { parameters, optimizer, updates }: SlotState,
    gradient: Float32Array,
    rates: Rates,
  ): Promise<{ state: SlotState; gradNorm: number }> {
    const { programs, opened } = this.graphs();
    const feeds = mapSlots({ parameters, ...optimizer, gradient }, (data) => floats(data, data.length));
    const outputs = await runToHost(await programs.of('update', slot), {
      ...feeds,
      ...rateFeeds((opened.slots[slot] as OpenedSlot).optimizer, rates, updates),
    });
    const next = (name: string) => present(outputs[`next.${name}`], `output next.${name}`);
    return {
      gradNorm: outputs.gradNorm?.[0] as number,
      state: {
        parameters: next('parameters'),
        optimizer: mapSlots(optimizer, (_, name) => next(name)),
        updates: updates + 1,
      },
    };
  }

  async statistics(): Promise<Record<string, number>> {
    return { ...this.runtime.statistics };
  }

  async dispose(): Promise<void> {
    await this.release();
    await this.runtime.dispose();
  }

  private async release(): Promise<void> {
    const { programs, samplers } = this.compiled ?? {};
    this.compiled = null;
    await samplers?.dispose();
    await programs?.dispose();
  }

  private sampler(slot: string): Promise<Sampler> {
    const { opened, samplers } = this.graphs();
    const { base, spec } = opened;
    const { config, special } = present(opened.decoder, 'a decoder to sample from');
    return samplers.get(JSON.stringify(spec.slots[slot]?.set), () => {
      const shape = { ...spec, rows: spec.shardSize };
      return createCpuSampler(this.runtime, config, base, special, shape, drawnFrom(opened, slot));
    });
  }

  private graphs(): Compiled {
    assert(this.compiled, 'the lane is not open');
    return this.compiled;
  }
}
