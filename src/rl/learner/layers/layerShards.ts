/**
 * @file Work on micro-batches of a large decoder: programs of one layer and of one chunk of the vocabulary, each run
 * many times. Between programs lie hidden states [S, d] alone.
 */
import { sizeOf } from '../../../engine/graph/index.ts';
import type { Copy, DeviceTensor, HostTensor, Program, Runtime } from '../../../engine/runtime/runtime.ts';
import { present } from '../../../lib/assert.ts';
import { LayerFactors } from '../../../policy/layers/factors.ts';
import { LayerSampler } from '../../../policy/layers/layerSampler.ts';
import type { Sampled } from '../../../policy/sampler.ts';
import type { Likeliest, Reading } from '../../trajectory/tokens.ts';
import { number, objectiveFeeds, type OpenedSpec } from '../feeds.ts';
import { type DeviceShards, type GatherJob, nextOf, type UpdateJob } from '../gpuShards.ts';
import { GpuVectors } from '../gpuVectors.ts';
import type { LikeliestJob, ReadJob, ReferenceJob, SampleJob, ScoreJob, Target } from '../jobs.ts';
import { PerKind } from '../programs.ts';
import { mapSlots } from '../state.ts';
import { LayerPrograms } from './layerPrograms.ts';
import { likeliestTokens, outputsAt } from './likeliest.ts';
import { Pass, type Tensors } from './pass.ts';

/** Hidden states between two layers [S, d]. */
type Border = DeviceTensor | HostTensor;

const last = (borders: readonly Border[]): Border => borders.at(-1) as Border;

export class LayerShards implements DeviceShards {
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
      await this.own.update(slot);
    }
  }

  compiled(): readonly Program[] {
    return [...this.samplers.made.flatMap(({ made }) => made), ...this.own.made];
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

  /** `whole` gives the exact KL to the reference, since distributions are never whole. */
  async read({ whole, ...job }: ReadJob<DeviceTensor>): Promise<Reading> {
    const needs = { reference: whole, slopes: 'none' } as const;
    const reference = whole ? await this.score(job) : {};
    const reading = this.passing(job, async (pass) => {
      const x = last(await this.forward(pass, job));
      const sums = await pass.overVocabulary(needs, { ...(await pass.hidden(x)), ...reference });
      const program = await this.own.read(needs);
      const outputs = await pass.run(program, { x, ...sums, targetRows: await pass.targets() });
      const numbers = Object.entries(outputs).map(async ([name, tensor]) => [name, await tensor.read()]);
      return Object.fromEntries(await Promise.all(numbers)) as Reading<Float32Array>;
    });
    return reading.finally(() => Object.values(reference).forEach((tensor) => tensor.dispose()));
  }

  async likeliest(job: LikeliestJob<DeviceTensor>): Promise<Likeliest[]> {
    const outputs: HostTensor[] = [];
    for (const target of job.targets) {
      const read = async (pass: Pass) =>
        outputsAt(job, last(await this.forward(pass, target)), this.opened.spec.completionLength);
      outputs.push(await this.passing(job, read));
    }
    return likeliestTokens(this.own, job, outputs);
  }

  /** The reference's hidden states: its distributions follow from them chunk by chunk. */
  async score(job: ReferenceJob<DeviceTensor>): Promise<Tensors> {
    const [slot] = Object.keys(this.opened.slots) as [string];
    return this.passing(job, async (pass) => {
      const x = last(await this.forward(pass, job.anchor ?? { slot, parameters: null }));
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

  /** Layer by layer, so that the numbers between those that are read and written take little memory. */
  async update({ slot, scalars, gradNorm, gradient, ...held }: UpdateJob, into: DeviceTensor): Promise<void> {
    const vectors = { parameters: held.parameters, ...held.optimizer };
    const program = await this.own.update(slot);
    const count = sizeOf(gradient.shape) / this.layers;
    const part = mapSlots({ ...vectors, gradient }, () => this.vectors.take(count));
    const { gradient: _, ...targets } = part;
    for (let at = 0; at < 4 * count * this.layers; at += 4 * count) {
      const copies = (of: Tensors, copy: (whole: DeviceTensor, own: DeviceTensor) => Copy) =>
        this.runtime.copy(Object.entries(of).map(([name, whole]) => copy(whole, present(part[name], name))));
      copies({ ...vectors, gradient }, (from, to) => ({ from, to, start: at, size: 4 * count }));
      await program.run({ ...part, ...scalars, gradNorm: number(gradNorm) }, nextOf(targets));
      copies({ ...vectors, parameters: into }, (to, from) => ({ from, to, at, size: 4 * count }));
    }
    for (const vector of Object.values(part)) this.vectors.free(vector);
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
