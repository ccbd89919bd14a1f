/** @file The programs of a run on one runtime, each built on first use; slots with equal graphs share them. */
import type { CompiledGraph } from '../../engine/onnx/compile.ts';
import type { Program, Runtime } from '../../engine/runtime/runtime.ts';
import { assert } from '../../lib/assert.ts';
import type { OpenedSlot, OpenedSpec } from './feeds.ts';
import { columnsOf, type LearnerSpec } from './learner.ts';
import {
  gatheringGraph,
  gradientGraph,
  readGraph,
  scoreGraph,
  type TrainedParts,
  updateGraph,
  valuesGraph,
} from './graphs.ts';

/** The slot with its algorithm; UsageError if it has none. */
export function trained(slot: OpenedSlot): TrainedParts {
  const { algorithm } = slot;
  assert(algorithm, 'gradient: nothing trains this slot');
  return { ...slot, algorithm };
}

const graphs = {
  read: (slot: OpenedSlot) => readGraph(slot),
  readWhole: (slot: OpenedSlot) => readGraph(slot, true),
  values: (slot: OpenedSlot, spec: LearnerSpec) => valuesGraph(slot, [spec.shardSize, columnsOf(spec) + 1]),
  gradient: (slot: OpenedSlot) => gradientGraph(trained(slot)),
  gathering: (slot: OpenedSlot) => gatheringGraph(trained(slot)),
  update: (slot: OpenedSlot) => updateGraph(slot),
} satisfies Record<string, (slot: OpenedSlot, spec: LearnerSpec) => CompiledGraph>;

/** Run in every step, so that recording them on a GPU pays. */
const recorded: readonly (keyof typeof graphs)[] = ['gathering', 'update'];

/** Caches objects by key and disposes them together. */
export class PerKind<T extends { dispose(): Promise<void> }> {
  /** In the order of creation. */
  readonly made: T[] = [];
  private readonly built = new Map<string, Promise<T>>();

  get(key: string, build: () => Promise<T>): Promise<T> {
    const known = this.built.get(key) ?? this.making(key, build);
    this.built.set(key, known);
    return known;
  }

  async dispose(): Promise<void> {
    await Promise.allSettled(this.built.values());
    this.built.clear();
    for (const made of this.made.splice(0)) await made.dispose();
  }

  private async making(key: string, build: () => Promise<T>): Promise<T> {
    try {
      const made = await build();
      this.made.push(made);
      return made;
    } catch (error) {
      // A later call may succeed.
      this.built.delete(key);
      throw error;
    }
  }
}

export class Programs {
  private readonly built = new PerKind<Program>();

  get made(): readonly Program[] {
    return this.built.made;
  }

  constructor(
    private readonly runtime: Runtime,
    private readonly opened: OpenedSpec,
  ) {}

  /** The program of `scoreGraph`, of the base or of a slot. */
  score(slot?: string): Promise<Program> {
    const set = slot === undefined ? undefined : this.opened.slots[slot]?.set;
    return this.built.get(`score ${slot ?? ''}`, () => this.compiled(scoreGraph(this.opened, set), true));
  }

  /** The program `kind` for a slot, whose parameters are an input. */
  of(kind: keyof typeof graphs, slot: string): Promise<Program> {
    const { spec, slots } = this.opened;
    const key = `${kind} ${JSON.stringify(spec.slots[slot])}`;
    return this.built.get(key, () =>
      this.compiled(graphs[kind](slots[slot] as OpenedSlot, spec), recorded.includes(kind)),
    );
  }

  dispose(): Promise<void> {
    return this.built.dispose();
  }

  private compiled(graph: CompiledGraph, isRecorded: boolean): Promise<Program> {
    return this.runtime.compile(graph.bytes, isRecorded ? { ...graph, capture: { fixed: [] } } : graph);
  }
}
