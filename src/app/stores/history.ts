/** @file Steps and evaluations as rows for the charts; the rows of all steps are kept. */
import { WRITTEN_STEPS } from '../../rl/store/written.ts';
import type { EvaluationReport, StepReport } from '../../rl/run/trainer.ts';
import type { GroupReport } from '../../rl/step/report.ts';
import type { Row } from '../../ui/charts/series.ts';

/**
 * Number of newest steps whose completions are kept, as many as a snapshot can hold; a step of 64 completions takes
 * about 0.2 MB.
 */
export const keptReports = WRITTEN_STEPS;

/** Fewer completions than this give no useful accuracy of a method. */
const fewestForAccuracy = 4;

/** A quantile of sorted numbers by linear interpolation. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** First and third quartile of the groups' mean rewards; null for fewer than two groups with rewards. */
function spreadBetweenGroups(groups: readonly GroupReport[]): readonly [number, number] | null {
  const means = groups
    .map(({ completions }) => completions.map(({ reward }) => reward).filter(Number.isFinite))
    .filter((rewards) => rewards.length > 0)
    .map((rewards) => rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length)
    .toSorted((a, b) => a - b);
  return means.length < 2 ? null : [quantile(means, 0.25), quantile(means, 0.75)];
}

/** Whether the accuracy of a method is based on too few completions of the step. */
function isThin(name: string, report: StepReport): boolean {
  const method = /^methods\/(.+)\/accuracy$/.exec(name)?.[1];
  if (method === undefined) return false;
  const used = report.groups.flatMap((group) => group.completions).filter((completion) => completion.method === method);
  return used.length < fewestForAccuracy;
}

/**
 * The row of a step. Non-finite values were not measured and are left out; accuracies from few completions go to
 * `thin`.
 */
export function stepRow(report: StepReport): Row {
  const values: Record<string, number> = report.stage ? { stage: report.stage.index + 1 } : {};
  const thin: Record<string, number> = {};
  for (const [name, value] of Object.entries(report.metrics)) {
    if (typeof value === 'number' && Number.isFinite(value)) (isThin(name, report) ? thin : values)[name] = value;
  }
  const ranges: Record<string, readonly [number, number]> = {};
  const spread = spreadBetweenGroups(report.groups);
  if (spread) ranges['reward'] = spread;
  const shortest = values['completions/min_length'];
  const longest = values['completions/max_length'];
  if (shortest !== undefined && longest !== undefined) ranges['length'] = [shortest, longest];
  return { step: report.step, values, ranges, ...(Object.keys(thin).length > 0 ? { thin } : {}) };
}

/** Rows with an evaluation added to the row of its step, or as a new row. */
export function withEvaluation(rows: readonly Row[], report: EvaluationReport): readonly Row[] {
  const { exact, bare } = report;
  const values: Record<string, number> = {
    'eval/sampled': report.sampled,
    'eval/greedy': report.greedy,
    ...(bare ? { 'eval/bare': bare.sampled, 'eval/bare_greedy': bare.greedy } : {}),
    ...Object.fromEntries(
      Object.entries(report.levels ?? {}).map(([level, { sampled }]) => [`eval_difficulty/${level}/accuracy`, sampled]),
    ),
    ...(exact
      ? {
          'exact/gap': exact.gapClosed,
          'exact/distance': exact.totalVariation,
          'exact/objective': exact.objective,
          'exact/optimal': exact.optimalObjective,
        }
      : {}),
  };
  const ranges = { 'eval/sampled': report.interval };
  const index = rows.findIndex((row) => row.step >= report.step);
  const found = index < 0 ? undefined : rows[index];
  if (found?.step === report.step) {
    return rows.with(index, {
      ...found,
      values: { ...found.values, ...values },
      ranges: { ...found.ranges, ...ranges },
    });
  }
  return rows.toSpliced(index < 0 ? rows.length : index, 0, { step: report.step, values, ranges });
}

/** Rows with one more step; a step that exists is replaced by the newer report and keeps its evaluation. */
export function withStep(rows: readonly Row[], report: StepReport): readonly Row[] {
  const row = stepRow(report);
  const index = rows.findLastIndex(({ step }) => step <= row.step);
  const found = rows[index];
  const next =
    found?.step === row.step
      ? rows.with(index, {
          ...row,
          values: { ...found.values, ...row.values },
          ranges: { ...found.ranges, ...row.ranges },
        })
      : rows.toSpliced(index + 1, 0, row);
  return report.evaluation ? withEvaluation(next, report.evaluation) : next;
}
