/**
 * @file A learner without a policy: log-probabilities are given, and one graph computes the loss and its gradient in
 * them. The pipeline of a step runs on it as on any other.
 */
import { grad } from '../../engine/autodiff/grad.ts';
import { input, type Value } from '../../engine/graph/index.ts';
import { compile, type CompiledGraph } from '../../engine/onnx/compile.ts';
import { runGraph } from '../../engine/onnx/graphRun.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { assert } from '../../lib/assert.ts';
import type { FloatArray } from '../../lib/floats.ts';
import { objectiveTerms, settingInput, weightedLoss } from '../learner/graphs.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import type { StepLearner } from '../step/stepLearner.ts';
import { readTokens } from '../step/tokenReading.ts';
import type { GradientBatch, Reading, TokenArray, TokenBatch, TokenStatistics } from '../trajectory/tokens.ts';
import { baseSlot, policySlot } from '../words/slots.ts';
import type { GivenBatch } from './givenBatch.ts';
import type { ArrayField, DistributionField } from './objectiveInput.ts';

export type ObjectivePrecision = 'float32' | 'float64';

/** Stands for a log-probability of minus infinity, so that a ratio to it still fits the number format. */
const lowestLogProb: Readonly<Record<ObjectivePrecision, number>> = { float32: -80, float64: -700 };

/** Inputs of the graph whose field has another name. */
const fieldNames: Readonly<Record<string, ArrayField>> = {
  logProbs: 'logp',
  oldLogProbs: 'oldLogp',
  refLogProbs: 'refLogp',
  samplerLogProbs: 'samplerLogp',
};

/** Outputs that are masks begin with it. */
const MASK = 'mask.';

/**
 * Loss, gradient in the log-probabilities (and in the policy's distribution, where the loss reads it), and the
 * objective's masks; all per-token terms are inputs [rows, columns], distributions [rows, columns, vocabulary].
 */
function objectiveGraph(
  algorithm: Algorithm,
  { rows, columns, vocabulary }: Readonly<Record<'rows' | 'columns' | 'vocabulary', number>>,
  precision: ObjectivePrecision,
): CompiledGraph {
  const term = (name: string, ...rest: number[]): Value => input(name, [rows, columns, ...rest]);
  const [logProbs, logDistribution] = [term('logProbs'), term('logDistribution', vocabulary)];
  const terms = objectiveTerms(algorithm, [rows, columns], {
    logProbs,
    refLogProbs: term('refLogProbs'),
    entropy: term('entropy'),
    values: term('values'),
    logDistribution,
    refLogDistribution: term('refLogDistribution', vocabulary),
  });
  const loss = weightedLoss(algorithm, terms);
  const [gradient, wholeGradient] = grad(loss, [logProbs, logDistribution]) as [Value, Value];
  const masks = Object.entries(algorithm.masks ?? {}).map(([name, mask]) => [`${MASK}${name}`, mask(terms)] as const);
  const outputs = { loss, grad: gradient, ...Object.fromEntries(masks) };
  const graph = compile(algorithm.id, outputs, precision);
  return graph.inputs.some(({ name }) => name === 'logDistribution')
    ? compile(algorithm.id, { ...outputs, gradDistribution: wholeGradient }, precision)
    : graph;
}

/** Per token of the batch, [rows * columns]; the gradient in the distribution is [rows * columns * V]. */
export interface Evaluated {
  readonly gradient: readonly number[];
  readonly distributionGradient?: readonly number[];
  readonly masks: Readonly<Record<string, ArrayLike<number>>>;
}

/** Distributions over the vocabulary. */
const needsVocabulary = ['logDistribution', 'refLogDistribution'];

export class GivenLearner implements StepLearner {
  /** Names of the fields and terms that the graph reads. */
  readonly reads: ReadonlySet<string>;
  /** Outputs of the last gradient pass; null before the first. */
  evaluated: Evaluated | null = null;
  private readonly graph: CompiledGraph;

  constructor(
    private readonly runtime: Runtime,
    private readonly algorithm: Algorithm,
    private readonly given: GivenBatch,
    private readonly precision: ObjectivePrecision,
  ) {
    const { rows, columns } = given.batch;
    const vocabulary = (given.array('logDistribution')?.length ?? rows * columns) / (rows * columns);
    this.graph = objectiveGraph(algorithm, { rows, columns, vocabulary }, precision);
    this.reads = new Set(this.graph.inputs.map(({ name }) => fieldNames[name] ?? name));
  }

  /** Given numbers of the rows; NaN for one that is not known. UsageError for entropies that a choice of tokens needs. */
  async read(batch: TokenBatch, slot: string, whole = false): Promise<Reading<Float64Array>> {
    const { selection, id } = this.algorithm;
    const isChoice = !whole && slot === policySlot && selection?.reads === 'entropy';
    const entropy = this.rowsOf('entropy', batch);
    assert(!isChoice || entropy, `entropy: ${id} chooses tokens by it, and it is missing`);
    const [logp, distribution] =
      slot === baseSlot ? (['refLogp', 'refLogDistribution'] as const) : (['logp', 'logDistribution'] as const);
    const unknown = new Float64Array(batch.rows * this.given.batch.columns).fill(NaN);
    return {
      logProbs: this.rowsOf(logp, batch) ?? unknown,
      entropy: entropy ?? unknown,
      logDistribution: this.rowsOf(distribution, batch) ?? unknown,
    };
  }

  /** UsageError for an array that the loss reads and the input lacks, and for numbers beyond the precision. */
  async gradient(batch: GradientBatch<FloatArray>): Promise<TokenStatistics<FloatArray>> {
    const {
      loss: [loss = NaN] = [],
      grad: gradient = [],
      gradDistribution,
      ...masks
    } = await runGraph(this.runtime, this.graph, this.feeds(batch));
    const { mask, selected } = batch.arrays;
    // Adding 0 turns -0 into 0.
    const inside = gradient.map((g, i) => (mask?.[i] === 1 ? g + 0 : 0));
    this.checkRange(loss, inside);
    this.evaluated = {
      gradient: inside,
      ...(gradDistribution ? { distributionGradient: gradDistribution.map((g) => g + 0) } : {}),
      masks: {
        ...Object.fromEntries(Object.entries(masks).map(([name, marks]) => [name.slice(MASK.length), marks])),
        ...(selected && this.reads.has('selected') ? { selected } : {}),
      },
    };
    return { loss: loss + 0, ...(await readTokens(this, batch)) };
  }

  async score(): Promise<void> {}

  /** There are no parameters to update. */
  async update(): Promise<{ gradNorm: number }> {
    return { gradNorm: 0 };
  }

  /** A field's numbers of the batch's rows, whose token ids are their numbers. */
  private rowsOf(field: ArrayField | DistributionField, { tokenIds, rows }: TokenBatch): Float64Array | undefined {
    const { array, batch } = this.given;
    const numbers = array(field);
    if (!numbers) return undefined;
    const width = numbers.length / batch.rows;
    const whole = new Float64Array(rows * width);
    for (let i = 0; i < rows; i++) {
      const row = tokenIds[i * (batch.columns + 1)] as number;
      whole.set(numbers.subarray(row * width, (row + 1) * width), i * width);
    }
    return whole;
  }

  private feeds(batch: GradientBatch<FloatArray>): Record<string, ArrayLike<number>> {
    const settings = Object.fromEntries(
      Object.entries(batch.settings).map(([id, value]) => [settingInput(id), [value]]),
    );
    return Object.fromEntries(
      this.graph.inputs.map(({ name }) => [name, settings[name] ?? this.termOf(name, batch)] as const),
    );
  }

  private termOf(name: string, batch: GradientBatch<FloatArray>): FloatArray {
    const { id, masks } = this.algorithm;
    const field = fieldNames[name] ?? (name as ArrayField);
    const { oldLogProbs } = batch.arrays;
    const array =
      batch.arrays[name as TokenArray] ??
      this.rowsOf(field, batch) ??
      // TRL too: the off-policy mask takes the trainer's arithmetic where the sampler's is not given apart.
      (name === 'samplerLogProbs' && masks?.off_policy ? oldLogProbs : undefined);
    assert(
      array || !needsVocabulary.includes(name),
      `${id}: needs the distribution over the vocabulary, which is not part of this input; give ${name}`,
    );
    assert(array, `${field}: ${id} reads it, and it is missing`);
    return array.map((x) => (x === -Infinity ? lowestLogProb[this.precision] : x));
  }

  private checkRange(loss: number, gradient: readonly number[]): void {
    const { places, batch } = this.given;
    const i = gradient.findIndex((g) => !Number.isFinite(g));
    const where = i < 0 ? '' : `[${places[Math.floor(i / batch.columns)]}][${i % batch.columns}]`;
    assert(
      Number.isFinite(loss) && i < 0,
      `logp${where}: the ${where ? 'gradient' : 'loss'} is beyond the range of ${this.precision}; the log-probabilities lie too far apart`,
    );
  }
}
