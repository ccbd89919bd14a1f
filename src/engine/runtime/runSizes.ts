/** @file Inputs and outputs of a program at the number of rows of one run. */
import type { CompileOptions, Feeds, TensorSpec } from './runtime.ts';

export type Specs = ReadonlyMap<string, TensorSpec>;

interface RunSpecs {
  readonly inputs: Specs;
  readonly outputs: Specs;
}

const byName = (specs: readonly TensorSpec[]): Specs => new Map(specs.map((spec) => [spec.name, spec]));

const atRows = (spec: TensorSpec, rows: number): TensorSpec =>
  spec.varies ? { ...spec, shape: [rows, ...spec.shape.slice(1)] } : spec;

export class RunSizes {
  private readonly made = new Map<number, RunSpecs>();
  private readonly leader: TensorSpec | undefined;

  constructor(private readonly options: Pick<CompileOptions, 'inputs' | 'outputs'>) {
    this.leader = options.inputs.find(({ varies }) => varies);
  }

  /** The specs of a run with these feeds; the first feed that varies gives its number of rows. */
  of(feeds: Feeds): RunSpecs {
    const most = this.leader?.shape[0] ?? 0;
    const given = (this.leader && feeds[this.leader.name]?.shape[0]) ?? most;
    // Feeds of a number of rows that the program cannot have are refused against the largest one.
    const rows = given > 0 && given <= most ? given : most;
    const known = this.made.get(rows);
    if (known) return known;
    const at = (specs: readonly TensorSpec[]) => byName(specs.map((spec) => atRows(spec, rows)));
    const specs = { inputs: at(this.options.inputs), outputs: at(this.options.outputs) };
    this.made.set(rows, specs);
    return specs;
  }
}
