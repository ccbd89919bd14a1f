/**
 * @file Work on micro-batches of a large decoder: programs of one layer and of one chunk of the vocabulary, each run
 * many times. Between programs lie hidden states [S, d] alone.
 */
import { sizeOf } from '../../../engine/graph/index.ts';
import type { DeviceTensor, HostTensor, Program, Runtime } from '../../../engine/runtime/runtime.ts';
import { assert, present } from '../../../lib/assert.ts';
import { LayerFactors } from '../../../policy/layers/factors.ts';
import { LayerSampler } from '../../../policy/layers/layerSampler.ts';
import type { Sampled } from '../../../policy/sampler.ts';
import type { Reading } from '../../trajectory/tokens.ts';
import { objectiveFeeds, type OpenedSpec } from '../feeds.ts';
import type { DeviceShards, GatherJob } from '../gpuShards.ts';
import { GpuVectors } from '../gpuVectors.ts';
import type { ReadJob, SampleJob, ScoreJob, Target } from '../jobs.ts';
import { PerKind, Programs } from '../programs.ts';
import { LayerPrograms } from './layerPrograms.ts';
import { Pass, type Tensors } from './pass.ts';

/** Hidden states between two layers [S, d]. */
type Border = DeviceTensor | HostTensor;

const last = (borders: readonly Border[]): Border => borders.at(-1) as Border;

export class LayerShards implements DeviceShards {
  readonly programs: Programs;
  private readonly own: LayerPrograms;
  readonly vectors: GpuVectors;
  private readonly layers: number;
  private readonly factors = new Map<string, LayerFactors>();
  private readonly samplers = new PerKind<LayerSampler>();

  /** `chunk`: tokens of a part of the vocabulary. */
  constructor(
    private readonly runtime: Runtime,
    private readonly opened: OpenedSpec,
    chunk?: number,
  ) {
    this.programs = new Programs(runtime, opened);
    this.own = new LayerPrograms(runtime, opened, chunk);
    this.vectors = new GpuVectors(runtime);
    this.layers = present(opened.decoder, 'a decoder').config.layers;
  }

  async prepare(): Promise<void> {
    for (const [slot, { algorithm }] of Object.entries(this.opened.slots)) {
      await this.own.layer(slot, 0);
      if (!algorithm) continue;
      await this.own.objective(slot);
      await this.own.layerBackward(slot, 0);
      await this.programs.of('update', slot);
    }
  }

  compiled(): readonly Program[] {
    return [...this.samplers.made.flatMap(({ made }) => made), ...this.own.made, ...this.programs.made];
  }

  async use({ slot, parameters }: Target<DeviceTensor>): Promise<void> {
    (await this.sampler(slot)).use(parameters);
  }

  async sample(job: SampleJob<DeviceTensor>): Promise<Sampled> {
    return (await this.sampler(job.slot)).sample(job);
  }

  async values(): Promise<Float32Array> {
    throw new Error('values: a policy in layers has no critic');
  }

  async read({ whole, ...job }: ReadJob<DeviceTensor>): Promise<Reading> {
    assert(!whole, 'distributions: those of a policy in layers are not computed whole');
    return this.passing(job, async (pass) => {
      const x = last(await this.forward(pass, job));
      const sums = await pass.overVocabulary({ reference: false, slopes: 'none' }, await pass.hidden(x));
      const outputs = await pass.run(await this.own.read(), { x, ...sums, targetRows: await pass.targets() });
      const read = async (name: string) => (await present(outputs[name], `output ${name}`).read()) as Float32Array;
      return { logProbs: await read('logProbs'), entropy: await read('entropy') };
    });
  }

  /** The base's hidden states: its distributions follow from them chunk by chunk. */
  async score(job: ScoreJob): Promise<Tensors> {
    const [slot] = Object.keys(this.opened.slots) as [string];
    return this.passing(job, async (pass) => {
      const x = last(await this.forward(pass, { slot, parameters: null }));
      return { refHidden: pass.keep((await pass.hidden(x)).hidden) };
    });
  }

  async gather(job: GatherJob, from: DeviceTensor, into: DeviceTensor): Promise<DeviceTensor> {
    const { slot, parameters, reference = {} } = job;
    const gradient = this.vectors.take(sizeOf(parameters.shape));
    return this.passing(job, async (pass) => {
      const borders = await this.forward(pass, job);
      const x = last(borders);
      const sums = await pass.overVocabulary(this.own.needs(slot), { ...(await pass.hidden(x)), ...reference });
      const objective = await this.own.objective(slot);
      const numbers = objectiveFeeds(this.opened, objective, job);
      const behind = { x, ...sums, ...reference, ...numbers, targetRows: await pass.targets() };
      const outputs = await pass.run(objective, behind);
      await this.backward(pass, job, borders, present(outputs['next.cotangent'], 'a cotangent'), gradient);
      const joined = await pass.run(
        await this.own.join(slot),
        { gathered: from, gradient, statistics: present(outputs.statistics, 'statistics') },
        { into: { 'next.gathered': into } },
      );
      return pass.keep(joined['next.statistics']);
    }).finally(() => this.vectors.free(gradient));
  }

  private async passing<T>(job: ScoreJob, work: (pass: Pass) => Promise<T>): Promise<T> {
    const pass = new Pass(this.opened, this.own, job);
    return work(pass).finally(() => pass.dispose());
  }

  /** The input of every layer, and the output of the last, [S, d] each; without parameters those of the base. */
  private async forward(
    pass: Pass,
    { slot, parameters }: { readonly slot: string; readonly parameters: DeviceTensor | null },
  ): Promise<Border[]> {
    // Matrices that nothing was copied into are 0.
    const factors = this.factorsOf(slot, parameters ? slot : `base of ${slot}`);
    const borders: Border[] = [await pass.embed()];
    for (let layer = 0; layer < this.layers; layer++) {
      if (parameters) factors.take(layer, parameters);
      const program = await this.own.layer(slot, layer);
      const { y } = await pass.run(program, { x: borders[layer] as Border, ...factors.matrices }, { layer });
      borders.push(present(y, 'output y'));
    }
    return borders;
  }

  /** Writes the gradient of all layers into `gradient`; `cotangent` is that of the last layer's output. */
  private async backward(
    pass: Pass,
    { slot, parameters }: Target<DeviceTensor>,
    borders: readonly Border[],
    cotangent: DeviceTensor,
    gradient: DeviceTensor,
  ): Promise<void> {
    const factors = this.factorsOf(slot);
    const into = { 'next.cotangent': cotangent, ...factors.gradients() };
    for (let layer = this.layers - 1; layer >= 0; layer--) {
      factors.take(layer, parameters);
      const program = await this.own.layerBackward(slot, layer);
      const feeds = { x: borders[layer] as Border, cotangent, ...factors.matrices };
      await pass.run(program, feeds, { layer, into });
      factors.put(layer, gradient);
    }
  }

  private sampler(slot: string): Promise<LayerSampler> {
    const { spec, decoder, slots } = this.opened;
    return this.samplers.get(JSON.stringify(spec.slots[slot]?.set), async () => {
      const { special } = present(decoder, 'a decoder');
      const { set } = present(slots[slot], `slot ${slot}`);
      return new LayerSampler(this.runtime, this.own.source, special, { ...spec, rows: spec.shardSize }, set);
    });
  }

  private factorsOf(slot: string, use = slot): LayerFactors {
    const made =
      this.factors.get(use) ?? new LayerFactors(this.runtime, present(this.opened.slots[slot], `slot ${slot}`).set);
    this.factors.set(use, made);
    return made;
  }
}
