/**
 * @file The public entry to the objectives: a name, plain arrays and settings in; loss, gradient and metrics out,
 * through the compiled graph.
 */
import { grad } from '../../engine/autodiff/grad.ts';
import { input, type Value } from '../../engine/graph/index.ts';
import { runGraph } from '../../engine/onnx/graphRun.ts';
import { compile, type CompiledGraph } from '../../engine/onnx/compile.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { assert } from '../../lib/assert.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import type { CompletionShape } from '../words/completionShape.ts';
import { objectiveTerms, settingInput, weightedLoss } from '../learner/graphs.ts';
import { tokenMean, weighedShapes } from '../objectives/aggregation.ts';
import { bonusOf } from '../objectives/entropy.ts';
import { credited, type Fields, selectedTokens } from './objectiveCredit.ts';
import { type ArrayField, type CheckedInput, checkInput, type ObjectiveInput } from './objectiveInput.ts';
import { objectiveMetrics } from './objectiveMetrics.ts';
import { objectiveByName, requestedObjective } from './objectiveSettings.ts';

export { objectiveByName } from './objectiveSettings.ts';

export interface ObjectiveResult {
  readonly loss: number;
  /** dloss/dlogp, [B][T]; 0 where masked. */
  readonly grad: number[][];
  readonly metrics: Readonly<Record<string, number>>;
  /**
   * Tokens that count, by what decides it, [B][T] of zeros and ones, 0 where masked: `off_policy`, and `selected` by
   * the objective's own choice. Absent without any.
   */
  readonly masks?: Readonly<Record<string, number[][]>>;
}

export type ObjectivePrecision = 'float32' | 'float64';

/** What a log-probability of minus infinity counts as, so that a ratio to it still fits the number format. */
const lowestLogProb: Readonly<Record<ObjectivePrecision, number>> = { float32: -80, float64: -700 };

/** Inputs of the graph whose field has another name. */
const fieldNames: Readonly<Record<string, ArrayField>> = {
  logProbs: 'logp',
  oldLogProbs: 'oldLogp',
  refLogProbs: 'refLogp',
  samplerLogProbs: 'samplerLogp',
};
/** What only a whole distribution can tell. */
const needsVocabulary = ['logDistribution', 'refLogDistribution'];

const maskOutput = (name: string): string => `mask.${name}`;

/**
 * Loss, gradient in the log-probabilities, and the objective's masks; all per-token terms being inputs [rows, columns].
 */
export function objectiveGraph(
  algorithm: Algorithm,
  rows: number,
  columns: number,
  precision: ObjectivePrecision,
): CompiledGraph {
  const term = (name: string, ...rest: number[]): Value => input(name, [rows, columns, ...rest]);
  const logProbs = term('logProbs');
  const terms = objectiveTerms(algorithm, [rows, columns], {
    logProbs,
    refLogProbs: term('refLogProbs'),
    entropy: term('entropy'),
    values: term('values'),
    logDistribution: term('logDistribution', 1),
    refLogDistribution: term('refLogDistribution', 1),
  });
  const loss = weightedLoss(algorithm, terms);
  const masks = Object.fromEntries(
    Object.entries(algorithm.masks ?? {}).map(([name, mask]) => [maskOutput(name), mask(terms)]),
  );
  return compile(algorithm.id, { loss, grad: grad(loss, [logProbs])[0] as Value, ...masks }, precision);
}

/**
 * Rows in the order in which the graph takes them: as they are or, where pairs are named, chosen and rejected by turns.
 */
function rowOrder({ pairs }: Algorithm, { rows, arrays: { chosen, rejected }, mask }: CheckedInput): number[] {
  const all = [...Array(rows).keys()];
  if (!pairs || (!chosen && !rejected)) return all;
  assert(chosen && rejected, `${chosen ? 'rejected' : 'chosen'}: is needed too`);
  const marked = (side: readonly (readonly number[])[]) =>
    all.filter((b) => side[b]?.some((mark, t) => mark === 1 && mask[b]?.[t] === 1));
  const [up, down] = [marked(chosen), marked(rejected)];
  assert(up.length === down.length, `rejected: ${down.length} completions where chosen has ${up.length}`);
  up.forEach((b) => assert(!down.includes(b), `rejected[${b}]: this completion is chosen too`));
  return up.flatMap((b, pair) => [b, down[pair] as number]);
}

/** What each completion is; an expert's is one throughout. */
function completionsOf({ mask, arrays: { expert, truncated } }: CheckedInput): CompletionShape[] {
  return mask.map((row, b) => {
    const written = expert && row.flatMap((m, t) => (m === 1 || !row.includes(1) ? [expert[b]?.[t] === 1] : []));
    assert(
      !written || written.every((mark) => mark === written[0]),
      `expert[${b}]: a completion is an expert's as a whole or not at all`,
    );
    return {
      length: row.reduce((sum, m) => sum + m, 0),
      terminated: truncated?.[b]?.[row.lastIndexOf(1)] !== 1,
      ...(written?.[0] ? { expert: true } : {}),
    };
  });
}

/** The graph's inputs from the fields, rows in `order`. */
function feedsOf(
  { id, masks }: Algorithm,
  graph: CompiledGraph,
  fields: Fields,
  order: readonly number[],
  known: Readonly<Record<string, readonly number[]>>,
  precision: ObjectivePrecision,
): Record<string, readonly number[]> {
  const feeds: Record<string, readonly number[]> = { ...known };
  for (const { name: term } of graph.inputs) {
    if (term in feeds) continue;
    assert(
      !needsVocabulary.includes(term),
      `${id}: needs the distribution over the vocabulary, which is not part of this input`,
    );
    const field = fieldNames[term] ?? (term as ArrayField);
    // The off-policy mask takes the sampler's arithmetic for the trainer's where it is not told apart, as TRL does.
    const array = fields[field] ?? (field === 'samplerLogp' && masks?.off_policy ? fields.oldLogp : undefined);
    assert(array, `${field}: ${id} reads it, and it is missing`);
    feeds[term] = order.flatMap((b) =>
      (array[b] as number[]).map((value) => (value === -Infinity ? lowestLogProb[precision] : value)),
    );
  }
  return feeds;
}

/**
 * Numbers of the graph's rows, [rows * columns], as [B][T] in the order of the input; 0 where masked and in rows that
 * the graph did not take.
 */
function unordered(
  perToken: readonly number[],
  order: readonly number[],
  { mask, columns, width }: CheckedInput,
): number[][] {
  const whole = mask.map((row) => row.slice(0, width).map(() => 0));
  // Adding 0 turns -0 into 0.
  order.forEach((b, i) =>
    whole[b]?.forEach((_, t, row) => (row[t] = mask[b]?.[t] === 1 ? (perToken[i * columns + t] as number) + 0 : 0)),
  );
  return whole;
}

/**
 * Loss, gradient [B][T], metrics and masks of an objective on plain numbers. Completions whose reward is no number are
 * left out and counted. `num_generations` (default: all rows) is the group that advantages are made from where only
 * rewards are given, and `max_completion_length` (default: T) the constant of Dr. GRPO. `text` is a formula that
 * replaces the loss; advantages, weights and leash in the reward stay those of `name`. Throws UsageError naming the
 * field and the place, FormulaError with line and column of the text.
 */
export async function evaluateObjective(
  runtime: Runtime,
  name: string,
  given: ObjectiveInput,
  precision: ObjectivePrecision = 'float64',
  text?: string,
): Promise<ObjectiveResult> {
  const checked = checkInput(given);
  const { columns, width, mask } = checked;
  const { algorithm, settings, groupSize, maxCompletionLength, correction } = requestedObjective(
    objectiveByName(name),
    checked,
    text,
  );
  const completions = completionsOf(checked);
  const order = rowOrder(algorithm, checked);
  if (order.length === 0)
    return {
      loss: 0,
      grad: mask.map((row) => row.slice(0, width).map(() => 0)),
      metrics: { loss: 0, policy_loss: 0, num_tokens: 0 },
    };
  const graph = objectiveGraph(algorithm, order.length, columns, precision);
  const reads = new Set(graph.inputs.map(({ name: term }) => fieldNames[term] ?? term));
  const fields = credited({ algorithm, settings, groupSize, completions, reads, correction }, checked);
  const shapes = order.map((b) => completions[b] as CompletionShape);
  const isChosen = (i: number): boolean => fields.advantages?.[order[i] as number]?.some((a) => a !== 0) ?? true;
  const inOrder = (rows: readonly (readonly number[])[] = []): number[] => order.flatMap((b) => rows[b] ?? []);
  const onTokens = (perRow: Float32Array): number[] =>
    order.flatMap((b, i) => (mask[b] as number[]).map((m) => m * (perRow[i] as number)));
  const entropyWeights = onTokens(tokenMean(shapes, maxCompletionLength));
  const weights = onTokens(algorithm.tokenWeights(weighedShapes(algorithm, shapes, isChosen), maxCompletionLength));
  // Tokens are chosen among those that take part, as in training.
  const counted = mask.map((row) => row.map(() => 0));
  order.forEach((b, i) =>
    (counted[b] as number[]).forEach((_, t, row) => (row[t] = Number(weights[i * columns + t] !== 0))),
  );
  const selected = reads.has('selected') ? selectedTokens(algorithm, fields, counted, settings) : null;
  const {
    loss: [loss = NaN] = [],
    grad: flat = [],
    ...others
  } = await runGraph(
    runtime,
    graph,
    feedsOf(
      algorithm,
      graph,
      fields,
      order,
      {
        weights,
        entropyWeights,
        ...(selected ? { selected: inOrder(selected) } : {}),
        ...Object.fromEntries(Object.entries(settings).map(([id, value]) => [settingInput(id), [value]])),
      },
      precision,
    ),
  );
  const inRows = (perToken: readonly number[]): number[][] => unordered(perToken, order, checked);
  const gradient = inRows(flat);
  const where = gradient.flatMap((row, b) => row.flatMap((x, t) => (Number.isFinite(x) ? [] : [`[${b}][${t}]`])))[0];
  assert(
    Number.isFinite(loss) && !where,
    `logp${where ?? ''}: the ${where ? 'gradient' : 'loss'} is beyond the range of ${precision}; the log-probabilities lie too far apart`,
  );
  const masks = {
    ...Object.fromEntries(
      Object.keys(algorithm.masks ?? {}).map((mask) => [mask, inRows(others[maskOutput(mask)] ?? [])]),
    ),
    ...(selected ? { selected: selected.map((row) => row.slice(0, width)) } : {}),
  };
  const bonus = bonusOf(algorithm, {
    entropy: inOrder(fields.entropy),
    entropyWeights,
    selected: selected ? inOrder(selected) : undefined,
    settings,
  });
  return {
    loss: loss + 0,
    grad: gradient,
    metrics: {
      loss: loss + 0,
      policy_loss: loss + bonus,
      ...objectiveMetrics(algorithm, { ...checked, arrays: fields }, settings, order),
    },
    ...(Object.keys(masks).length > 0 ? { masks } : {}),
  };
}
