/** @file Inputs and outputs of a program at the sizes of one run. */
import type { CompileOptions, Feeds, TensorSpec, VaryingSize } from './runtime.ts';

export type Specs = ReadonlyMap<string, TensorSpec>;

interface RunSpecs {
  readonly inputs: Specs;
  readonly outputs: Specs;
}

type Sizes = Readonly<Partial<Record<VaryingSize, number>>>;

const byName = (specs: readonly TensorSpec[]): Specs => new Map(specs.map((spec) => [spec.name, spec]));

const atSizes = (spec: TensorSpec, sizes: Sizes): TensorSpec =>
  spec.varies === undefined ? spec : { ...spec, shape: [sizes[spec.varies] as number, ...spec.shape.slice(1)] };

/** The rows that a feed gives. Numbers that the program cannot have are refused against the largest one. */
function rowsOf({ name, shape: [most = 0] }: TensorSpec, feeds: Feeds): number {
  const given = feeds[name]?.shape[0] ?? most;
  return given > 0 && given <= most ? given : most;
}

export class RunSizes {
  private readonly made = new Map<string, RunSpecs>();
  /** The first input of each varying size, which gives it. */
  private readonly leaders = new Map<VaryingSize, TensorSpec>();

  constructor(private readonly options: Pick<CompileOptions, 'inputs' | 'outputs'>) {
    for (const spec of options.inputs)
      if (spec.varies !== undefined && !this.leaders.has(spec.varies)) this.leaders.set(spec.varies, spec);
  }

  /** The specs of a run with these feeds. */
  of(feeds: Feeds): RunSpecs {
    const sizes: Sizes = Object.fromEntries([...this.leaders].map(([size, spec]) => [size, rowsOf(spec, feeds)]));
    const key = Object.values(sizes).join();
    const known = this.made.get(key);
    if (known) return known;
    const at = (specs: readonly TensorSpec[]) => byName(specs.map((spec) => atSizes(spec, sizes)));
    const specs = { inputs: at(this.options.inputs), outputs: at(this.options.outputs) };
    this.made.set(key, specs);
    return specs;
  }
}
