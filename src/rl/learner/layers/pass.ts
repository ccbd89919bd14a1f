/** @file One pass over a micro-batch of a large decoder: runs its programs and owns the tensors that they return. */
import type { DeviceTensor, Feeds, HostTensor, Program } from '../../../engine/runtime/runtime.ts';
import { present } from '../../../lib/assert.ts';
import { chunksOf, emptySums, type HeadNeeds, nextSum } from '../../../policy/layers/head.ts';
import { type OpenedSpec, trajectoryFeeds } from '../feeds.ts';
import type { ScoreJob } from '../jobs.ts';
import type { LayerPrograms } from './layerPrograms.ts';

export type Tensors = Readonly<Record<string, DeviceTensor>>;

const renamed = (tensors: Tensors, name: (before: string) => string): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([before, tensor]) => [name(before), tensor]));

export class Pass {
  private readonly made = new Set<DeviceTensor>();

  constructor(
    private readonly opened: OpenedSpec,
    private readonly programs: LayerPrograms,
    private readonly job: ScoreJob,
  ) {}

  /** Runs a program with the weights of `layer` and the leaves that it reads. */
  async run(
    program: Program,
    feeds: Feeds,
    { layer, into }: { readonly layer?: number; readonly into?: Tensors } = {},
  ): Promise<Tensors> {
    const leaves = trajectoryFeeds(this.opened, program, this.job);
    const weights = await this.programs.weights.of(program, layer);
    const outputs = await program.run({ ...leaves, ...weights, ...feeds }, into);
    for (const tensor of Object.values(outputs)) this.made.add(tensor);
    return outputs;
  }

  /** Embeddings of the states' tokens [S, d]. */
  async embed(): Promise<HostTensor | DeviceTensor> {
    return this.own(await this.programs.weights.embed(this.job.trajectory.tokenIds as Int32Array));
  }

  /** The head's rows of the states' target tokens [S, d]. */
  async targets(): Promise<HostTensor | DeviceTensor> {
    const { weights, table } = this.programs;
    return this.own(await weights.rows(table, this.job.trajectory.targets as Int32Array));
  }

  /** The last hidden states, from the output of the last layer. */
  async hidden(x: DeviceTensor | HostTensor): Promise<Tensors> {
    return this.run(await this.programs.hidden(), { x });
  }

  /** The sums of all chunks of the vocabulary over these hidden states. */
  async overVocabulary(needs: HeadNeeds, hidden: Feeds): Promise<Tensors> {
    const program = await this.programs.chunk(needs);
    const { shape } = this.programs;
    const { vocabSize } = present(this.opened.decoder, 'a decoder').config;
    let sums: Tensors | null = null;
    for (const { ids, unused } of chunksOf(shape.chunk, vocabSize)) {
      const rows = await this.programs.weights.rows(this.programs.table, ids, true);
      const feeds = { ...hidden, ...(sums ?? emptySums(needs, shape)), rows, unused };
      if (sums) await this.run(program, feeds, { into: renamed(sums, nextSum) });
      else sums = renamed(await this.run(program, feeds), (name) => name.slice(nextSum('').length));
      if (!('data' in rows)) rows.dispose();
    }
    return sums as Tensors;
  }

  /** The tensor belongs to the caller from now on. */
  keep(tensor: DeviceTensor | undefined): DeviceTensor {
    const kept = present(tensor, 'an output');
    this.made.delete(kept);
    return kept;
  }

  private own(tensor: HostTensor | DeviceTensor): HostTensor | DeviceTensor {
    if (!('data' in tensor)) this.made.add(tensor);
    return tensor;
  }

  dispose(): void {
    for (const tensor of this.made) tensor.dispose();
  }
}
