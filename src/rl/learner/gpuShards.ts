/** @file Work on shards and micro-batches on one device, which keeps parameters and references. */
import type { DeviceTensor, Feeds, Program, Runtime } from '../../engine/runtime/runtime.ts';
import { present } from '../../lib/assert.ts';
import { GpuSampler } from '../../policy/gpuSampler.ts';
import type { Sampled } from '../../policy/sampler.ts';
import type { GradientBatch, Likeliest, Reading, TokenStatistics } from '../trajectory/tokens.ts';
import { objectiveFeeds, type OpenedSlot, type OpenedSpec, rowFeeds, trajectoryFeeds } from './feeds.ts';
import { gatheredStatistics } from './graphs.ts';
import { PerKind, Programs } from './programs.ts';
import { GpuVectors } from './gpuVectors.ts';
import type { LikeliestJob, ReadJob, ReferenceJob, SampleJob, ScoreJob, ShardWork, Target, ValuesJob } from './jobs.ts';

export interface GatherJob extends ScoreJob, Target<DeviceTensor> {
  readonly reference?: Feeds;
  readonly arrays: GradientBatch['arrays'];
  readonly settings: GradientBatch['settings'];
}

/** One update of a slot by its gathered gradient, whose norm is `gradNorm`. */
export interface UpdateJob extends Target<DeviceTensor> {
  readonly optimizer: Readonly<Record<string, DeviceTensor>>;
  readonly gradient: DeviceTensor;
  readonly gradNorm: number;
  readonly scalars: Feeds;
}

/** Work on one device. */
export interface DeviceShards extends ShardWork<DeviceTensor> {
  /** Free vectors, also of the learner. */
  readonly vectors: GpuVectors;
  /** Builds the programs of a run's first step. */
  prepare(): Promise<void>;
  compiled(): readonly Program[];
  /** Prepares samples with these parameters. */
  use(target: Target<DeviceTensor>): Promise<void>;
  score(job: ReferenceJob<DeviceTensor>): Promise<Readonly<Record<string, DeviceTensor>>>;
  /** Present where distributions are never whole. */
  likeliest?(job: LikeliestJob<DeviceTensor>): Promise<Likeliest[]>;
  /**
   * Adds one micro-batch's gradient to `from` and writes the sum into `into`. Returns one vector: the
   * `gatheredStatistics` of each choice, the loss and the norm of the sum.
   */
  gather(job: GatherJob, from: DeviceTensor, into: DeviceTensor): Promise<DeviceTensor>;
  /** Writes the next parameters into `into`, which may be the present ones, and the optimizer's vectors in place. */
  update(job: UpdateJob, into: DeviceTensor): Promise<void>;
}

/** Outputs of an update, by the names of the vectors that they replace. */
export const nextOf = (vectors: Readonly<Record<string, DeviceTensor>>): Record<string, DeviceTensor> =>
  Object.fromEntries(Object.entries(vectors).map(([name, vector]) => [`next.${name}`, vector]));

/** The statistics of one micro-batch by name, from the vector of `gather`. */
export function unpackedStatistics(
  { policy, slots }: OpenedSpec,
  slot: string,
  statistics: Float32Array,
): Partial<TokenStatistics> & { readonly loss: number } {
  const plane = policy.choices[0] * policy.choices[1];
  const names = gatheredStatistics((slots[slot] as OpenedSlot).reference);
  return {
    loss: statistics.at(-2) as number,
    ...Object.fromEntries(names.map((name, i) => [name, statistics.subarray(i * plane, (i + 1) * plane)])),
  };
}

export class GpuShards implements DeviceShards {
  readonly vectors: GpuVectors;
  private readonly programs: Programs;
  private readonly samplers = new PerKind<GpuSampler>();

  constructor(
    private readonly runtime: Runtime,
    private readonly opened: OpenedSpec,
  ) {
    this.programs = new Programs(runtime, opened);
    this.vectors = new GpuVectors(runtime);
  }

  async prepare(): Promise<void> {
    for (const [slot, { algorithm, reference }] of Object.entries(this.opened.slots)) {
      if (!algorithm) continue;
      if (reference && this.opened.decoder) await this.sampler(slot);
      if (reference) await this.programs.score(this.opened.spec.referenceSlot);
      await this.programs.of('gathering', slot);
      await this.programs.of('update', slot);
    }
  }

  /** The compiled graphs, those of samplers first. */
  compiled(): readonly Program[] {
    const ofSamplers = this.samplers.made.flatMap(({ programs }) => Object.values(programs) as (Program | null)[]);
    return [...ofSamplers, ...this.programs.made].filter((program): program is Program => program !== null);
  }

  /** Merges the parameters into the weights of the rollouts that follow. */
  async use({ slot, parameters }: Target<DeviceTensor>): Promise<void> {
    await (await this.sampler(slot)).use(parameters);
  }

  /** Samples with the parameters of the last `use` of this slot. */
  async sample(job: SampleJob<DeviceTensor>): Promise<Sampled> {
    return (await this.sampler(job.slot)).rollout(job);
  }

  async read({ whole, ...job }: ReadJob<DeviceTensor>): Promise<Reading> {
    const program = await this.programs.of(whole ? 'readWhole' : 'read', job.slot);
    const { parameters } = job;
    const outputs = await program.run({ ...trajectoryFeeds(this.opened, program, job), parameters });
    const read = async (name: string) => (await present(outputs[name], `output ${name}`).read()) as Float32Array;
    const reading = {
      logProbs: await read('logProbs'),
      entropy: await read('entropy'),
      ...(outputs.values ? { values: await read('values') } : {}),
      ...(outputs.logDistribution ? { logDistribution: await read('logDistribution') } : {}),
    };
    for (const tensor of Object.values(outputs)) tensor.dispose();
    return reading;
  }

  async values({ slot, parameters, tokenIds }: ValuesJob<DeviceTensor>): Promise<Float32Array> {
    const program = await this.programs.of('values', slot);
    const outputs = await program.run({ ...rowFeeds(this.opened, tokenIds), parameters });
    const values = present(outputs.values, 'output values');
    return (await values.read().finally(() => values.dispose())) as Float32Array;
  }

  async score(job: ReferenceJob<DeviceTensor>): Promise<Readonly<Record<string, DeviceTensor>>> {
    const { parameters } = job.anchor ?? {};
    const program = await this.programs.score(job.anchor?.slot);
    return program.run({ ...trajectoryFeeds(this.opened, program, job), ...(parameters ? { parameters } : {}) });
  }

  async gather(job: GatherJob, from: DeviceTensor, into: DeviceTensor): Promise<DeviceTensor> {
    const { slot, parameters, reference = {} } = job;
    const program = await this.programs.of('gathering', slot);
    const { statistics } = await program.run(
      {
        ...trajectoryFeeds(this.opened, program, job),
        ...objectiveFeeds(this.opened, program, job),
        parameters,
        ...reference,
        gathered: from,
      },
      { 'next.gathered': into },
    );
    return present(statistics, 'the token statistics');
  }

  async update({ slot, parameters, optimizer, gradient, scalars }: UpdateJob, into: DeviceTensor): Promise<void> {
    const program = await this.programs.of('update', slot);
    const targets = nextOf({ parameters: into, ...optimizer });
    const outputs = await program.run({ parameters, ...optimizer, gradient, ...scalars }, targets);
    present(outputs.gradNorm, 'output gradNorm').dispose();
  }

  private sampler(slot: string): Promise<GpuSampler> {
    const { base, spec, slots } = this.opened;
    const { config, special } = present(this.opened.decoder, 'a decoder to sample from');
    return this.samplers.get(JSON.stringify(spec.slots[slot]?.set), () => {
      const shape = { ...spec, rows: spec.shardSize };
      return GpuSampler.create(this.runtime, config, base, special, shape, present(slots[slot], `slot ${slot}`).set);
    });
  }
}
