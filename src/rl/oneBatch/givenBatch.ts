/** @file The batch of an evaluation: arrays of the input in the form that a step of training has them in. */
import { type FloatArray, zerosLike } from '../../lib/floats.ts';
import { assert } from '../../lib/assert.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { isFlat } from '../sampling/zeroStd.ts';
import type { StepBatch } from '../trajectory/batch.ts';
import type { TokenArray } from '../trajectory/tokens.ts';
import type { CompletionShape } from '../words/completionShape.ts';
import { equalGroups, membersOf } from '../words/groupIds.ts';
import type { ArrayField, CheckedInput, DistributionField } from './objectiveInput.ts';
import type { RequestedObjective } from './objectiveSettings.ts';

/** Rows that take part, in the order of the batch. */
export interface GivenBatch {
  readonly batch: StepBatch;
  /** The input's row of each row of the batch. */
  readonly places: readonly number[];
  /** [rows * columns] of a field, times V of a distribution; undefined where it is not given. */
  array(field: ArrayField | DistributionField): Float64Array | undefined;
}

/** Fields by the array that training has of it. */
const fieldOf: Readonly<Partial<Record<TokenArray, ArrayField>>> = {
  oldLogProbs: 'oldLogp',
  samplerLogProbs: 'samplerLogp',
  advantages: 'advantages',
  rewards: 'rewards',
  returns: 'returns',
};

/**
 * Rows as they are or, where pairs are named, chosen and rejected by turns; a row outside all pairs takes no part.
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

/** Whether an expert wrote each completion; it wrote all tokens of a completion or none. */
const expertsOf = ({ mask, arrays: { expert } }: CheckedInput): boolean[] =>
  mask.map((row, b) => {
    const written = expert && row.flatMap((m, t) => (m === 1 || !row.includes(1) ? [expert[b]?.[t] === 1] : []));
    assert(
      !written || written.every((mark) => mark === written[0]),
      `expert[${b}]: a completion is an expert's as a whole or not at all`,
    );
    return written?.[0] ?? false;
  });

/** Group id of each row of the input. */
export function groupsOf({ rows, groups }: CheckedInput, groupSize: number): Int32Array {
  if (groups) return Int32Array.from(groups);
  assert(
    Number.isInteger(groupSize) && groupSize > 0 && rows % groupSize === 0,
    `settings.num_generations: ${rows} rows do not make whole groups of ${groupSize}`,
  );
  return equalGroups(rows, groupSize);
}

/** Rows that settings of the step leave out of the loss: completions that were cut off, groups without spread. */
function unusedRows(
  { settings, groupSize, masksFlatGroups }: RequestedObjective,
  checked: CheckedInput,
): ReadonlySet<number> {
  const { mask, completionRewards, arrays } = checked;
  const cutOff = mask.flatMap((row, b) => (arrays.truncated?.[b]?.[row.lastIndexOf(1)] === 1 ? [b] : []));
  const flat = masksFlatGroups
    ? membersOf(groupsOf(checked, groupSize)).filter((group) => isFlat(group.map((b) => completionRewards?.[b] ?? NaN)))
    : [];
  return new Set([...((settings.mask_truncated_completions ?? 0) > 0.5 ? cutOff : []), ...flat.flat()]);
}

/** The batch of an objective that does not tell an expert's completions apart: they count as the policy's own. */
export const withoutExperts = (batch: StepBatch): StepBatch => ({
  ...batch,
  shapes: batch.shapes.map((shape) => ({ ...shape, expert: false })),
  arrays: { ...batch.arrays, expert: zerosLike(batch.arrays.mask as FloatArray) },
});

/** UsageError for marks that contradict each other. Every token id is the number of its row in the batch. */
export function givenBatch(requested: RequestedObjective, checked: CheckedInput): GivenBatch {
  const { mask, columns, arrays } = checked;
  const places = rowOrder(requested.algorithm, checked);
  const [experts, unused] = [expertsOf(checked), unusedRows(requested, checked)];
  const flat = (rows: readonly (readonly number[])[]) => Float64Array.from(places.flatMap((b) => rows[b] ?? []));
  const fields: Partial<Record<string, readonly (readonly number[])[]>> = { ...arrays, ...checked.distributions };
  const array = (field: ArrayField | DistributionField) => (fields[field] ? flat(fields[field]) : undefined);
  const [values, written] = [array('oldValues') ?? array('values'), flat(mask)];
  const given = Object.entries(fieldOf).flatMap(([name, field]) => {
    const numbers = array(field);
    return numbers ? [[name, numbers] as const] : [];
  });
  const shapes = places.map((b): CompletionShape => {
    const row = mask[b] as readonly number[];
    return {
      length: unused.has(b) && !experts[b] ? 0 : row.reduce((sum, m) => sum + m, 0),
      terminated: arrays.truncated?.[b]?.[row.lastIndexOf(1)] !== 1,
      ...(experts[b] ? { expert: true } : {}),
    };
  });
  return {
    places,
    array,
    batch: {
      rows: places.length,
      columns,
      tokenIds: Int32Array.from({ length: places.length * (columns + 1) }, (_, i) => Math.floor(i / (columns + 1))),
      temperature: 1,
      shapes,
      arrays: {
        ...Object.fromEntries(given),
        mask: written,
        expert: array('expert') ?? written.map(() => 0),
        ...(values ? { oldValues: values } : {}),
      },
      order: [...places.keys()],
      replayed: places.map(() => false),
    },
  };
}
