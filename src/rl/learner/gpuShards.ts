/** @file Work on shards on one device, which keeps parameters and references. */
import type { DeviceTensor, Feeds, Program, Runtime } from '../../engine/runtime/runtime.ts';
import { present } from '../../lib/assert.ts';
import { GpuSampler } from '../../policy/gpuSampler.ts';
import type { Sampled } from '../../policy/sampler.ts';
import type { GradientBatch, Reading, TokenStatistics } from '../trajectory/tokens.ts';
import { leafFeeds, objectiveFeeds, type OpenedSlot, type OpenedSpec, trajectoryFeeds } from './feeds.ts';
import { gatheredStatistics } from './graphs.ts';
import { columnsOf } from './learner.ts';
import { PerKind, Programs } from './programs.ts';
import type { ReadJob, SampleJob, ScoreJob, ShardWork, Target } from './jobs.ts';

export interface GatherJob extends ScoreJob, Target<DeviceTensor> {
  readonly reference?: Feeds;
  readonly arrays: GradientBatch['arrays'];
  readonly settings: GradientBatch['settings'];
}

export class GpuShards implements ShardWork<DeviceTensor> {
  readonly programs: Programs;
  private readonly samplers = new PerKind<GpuSampler>();

  constructor(
    private readonly runtime: Runtime,
    private readonly opened: OpenedSpec,
  ) {
    this.programs = new Programs(runtime, opened);
  }

  /** Builds the programs of a run's first step. */
  async prepare(): Promise<void> {
    for (const [slot, { algorithm, reference }] of Object.entries(this.opened.slots)) {
      if (!algorithm) continue;
      if (reference && this.opened.decoder) await this.sampler(slot);
      if (reference) await this.programs.score();
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

  async read({ trajectory, temperature, whole, slot, parameters }: ReadJob<DeviceTensor>): Promise<Reading> {
    const program = await this.programs.of('read', slot);
    const outputs = await program.run({ ...trajectoryFeeds(this.opened, trajectory, temperature), parameters });
    const read = async (name: string) => (await present(outputs[name], `output ${name}`).read()) as Float32Array;
    const reading = {
      logProbs: await read('logProbs'),
      entropy: await read('entropy'),
      ...(outputs.values ? { values: await read('values') } : {}),
      ...(whole ? { logDistribution: await read('logDistribution') } : {}),
    };
    for (const tensor of Object.values(outputs)) tensor.dispose();
    return reading;
  }

  async values(job: Omit<ReadJob<DeviceTensor>, 'whole' | 'temperature'>): Promise<Float32Array> {
    const program = await this.programs.of('values', job.slot);
    const outputs = await program.run({ ...leafFeeds(this.opened, job.trajectory), parameters: job.parameters });
    const values = present(outputs.values, 'output values');
    return (await values.read().finally(() => values.dispose())) as Float32Array;
  }

  async score({ trajectory, temperature }: ScoreJob): Promise<Readonly<Record<string, DeviceTensor>>> {
    return (await this.programs.score()).run(trajectoryFeeds(this.opened, trajectory, temperature));
  }

  /** Adds one micro-batch's gradient to `from` and writes the sum into `into`; its statistics stay on the device. */
  async gather(job: GatherJob, from: DeviceTensor, into: DeviceTensor): Promise<DeviceTensor> {
    const { trajectory, temperature, slot, parameters, reference = {} } = job;
    const program = await this.programs.of('gathering', slot);
    const { statistics } = await program.run(
      {
        ...trajectoryFeeds(this.opened, trajectory, temperature),
        ...objectiveFeeds(this.opened, program, job),
        parameters,
        ...reference,
        gathered: from,
      },
      { 'next.gathered': into },
    );
    return present(statistics, 'the token statistics');
  }

  /** The statistics of one shard by name, from the vector of `gatheringGraph`. */
  unpacked(slot: string, statistics: Float32Array): Partial<TokenStatistics> & { readonly loss: number } {
    const { spec, slots } = this.opened;
    const plane = spec.shardSize * columnsOf(spec);
    const names = gatheredStatistics((slots[slot] as OpenedSlot).reference);
    return {
      loss: statistics.at(-1) as number,
      ...Object.fromEntries(names.map((name, i) => [name, statistics.subarray(i * plane, (i + 1) * plane)])),
    };
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
