/** @file The programs of a large decoder on one runtime, each built on first use. */
import { sizeOf, type Value } from '../../../engine/graph/index.ts';
import type { CompiledGraph } from '../../../engine/onnx/compile.ts';
import type { Program, Runtime } from '../../../engine/runtime/runtime.ts';
import { assert, present } from '../../../lib/assert.ts';
import type { ForestLeaves } from '../../../policy/forest.ts';
import { hiddenGraph, layerBackwardGraph, layerGraph, type LayerParts } from '../../../policy/layers/blocks.ts';
import { chunkGraph, type HeadNeeds, type HeadShape } from '../../../policy/layers/head.ts';
import { isLocal } from '../../../policy/layerParts.ts';
import type { LayerSource, LayerWeights } from '../../../policy/layers/fed.ts';

import { logitsGraph } from '../../../policy/layers/decode.ts';
import { inputParameters } from '../../../policy/parameters.ts';
import { headTable, layerWeights, openWeights } from '../../../policy/layers/weights.ts';
import type { OpenedSlot, OpenedSpec } from '../feeds.ts';
import { gatheredStatistics, updateGraph } from '../graphs.ts';
import { columnsOf } from '../learner.ts';
import { PerKind, trained } from '../programs.ts';
import { withoutDistributions } from './distributions.ts';
import { joinGraph, needsOf, objectiveGraph, readGraph } from './graphs.ts';
import { chunkOf } from './sizes.ts';

export class LayerPrograms {
  readonly weights: LayerWeights;
  /** The table of the head. */
  readonly table: string;
  readonly shape: HeadShape;
  private readonly parts: LayerParts;
  private readonly built = new PerKind<Program>();

  /** UsageError for slots other than adapters, which need gradients of dense weights, or a head. */
  constructor(
    private readonly runtime: Runtime,
    private readonly opened: OpenedSpec,
    chunk?: number,
  ) {
    const { spec, policy, decoder } = opened;
    const { config, weights, forest } = present(decoder, 'a decoder');
    assert(forest.isFixed, 'forest: layers need a fixed number of states');
    for (const [slot, { set }] of Object.entries(spec.slots))
      assert(
        set.kind === 'lora' && !set.lora.critic,
        `slots.${slot}: of a policy in layers only adapters without a critic can be trained`,
      );
    const own = layerWeights(config, weights);
    this.weights = openWeights(runtime, config, own);
    this.table = headTable(config);
    // The tables of the rotation need no positions beyond those of a row.
    const shortened = { ...config, maxSequence: Math.min(config.maxSequence, columnsOf(spec) + 1) };
    const leaves = policy.trajectory as Record<keyof ForestLeaves, Value>;
    this.parts = { config: shortened, weights: own, leaves, fewNodes: runtime.backend === 'webgpu' };
    this.shape = {
      states: forest.states,
      dim: config.dim,
      chunk: chunk ?? chunkOf(config),
    };
  }

  get made(): readonly Program[] {
    return [...this.built.made, ...this.weights.made];
  }

  /** The policy for samplers. */
  get source(): LayerSource {
    const { config, weights } = this.parts;
    return { config, weights, fed: this.weights, chunk: this.shape.chunk };
  }

  get vocabSize(): number {
    return this.parts.config.vocabSize;
  }

  /** The numbers of the head that the objective of a slot needs. */
  needs(slot: string): HeadNeeds {
    return needsOf(trained(this.slot(slot)), this.vocabSize);
  }

  /** The logits of a chunk after `rows` outputs of the last layer. */
  logits(rows: number): Promise<Program> {
    const { config, weights, fewNodes } = this.parts;
    const base = () => inputParameters(weights, fewNodes);
    return this.get(`logits ${rows}`, () => logitsGraph({ config, base, rows }, this.shape.chunk));
  }

  hidden = () => this.get('hidden', () => hiddenGraph(this.parts));
  read = (needs: HeadNeeds) =>
    this.get(`read ${needs.reference}`, () => readGraph(this.parts, this.shape, this.opened, needs));

  layer = (slot: string, layer: number) => this.ofLayer('layer', slot, layer, layerGraph);
  layerBackward = (slot: string, layer: number) => this.ofLayer('layerBackward', slot, layer, layerBackwardGraph);

  chunk = (needs: HeadNeeds) => this.get(`chunk ${JSON.stringify(needs)}`, () => chunkGraph(needs, this.shape));

  objective = (slot: string) =>
    this.get(`objective ${this.key(slot)}`, () => objectiveGraph(this.parts, this.shape, trained(this.slot(slot))));

  /** An update of the matrices of one layer. */
  update = (slot: string) =>
    this.built.get(`update ${this.key(slot)}`, () => {
      const { set, optimizer } = this.slot(slot);
      return this.compiled(updateGraph({ set: { size: set.size / this.parts.config.layers }, optimizer }, true));
    });

  join = (slot: string) =>
    this.built.get(`join ${this.key(slot)}`, () => {
      const { set, reference } = this.slot(slot);
      const statistics = gatheredStatistics(reference).length * sizeOf(this.opened.policy.choices) + 1;
      return this.compiled(joinGraph(set.size, statistics));
    });

  dispose(): Promise<void> {
    return this.built.dispose();
  }

  /** One program serves all layers with local attention, and another all without. */
  private ofLayer(kind: string, slot: string, layer: number, graph: typeof layerGraph): Promise<Program> {
    const local = isLocal(this.parts.config, layer);
    return this.get(`${kind} ${local} ${this.key(slot)}`, () => graph(this.parts, this.slot(slot).set, local));
  }

  private slot(name: string): OpenedSlot {
    return present(this.opened.slots[name], `slot ${name}`);
  }

  private key(slot: string): string {
    return JSON.stringify(this.opened.spec.slots[slot]);
  }

  /** A program over states. */
  private get(key: string, graph: () => CompiledGraph): Promise<Program> {
    return this.built.get(key, () =>
      this.compiled(withoutDistributions(graph(), this.parts.config, this.shape.states)),
    );
  }

  private compiled(graph: CompiledGraph): Promise<Program> {
    return this.runtime.compile(graph.bytes, graph);
  }
}
