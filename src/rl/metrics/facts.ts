/** @file Facts that metrics are measured from: those of any batch, and those of a step of training. */
import type { FloatArray } from '../../lib/floats.ts';
import { mean } from '../../lib/statistics.ts';
import type { Task } from '../../tasks/task.ts';
import type { TrainConfig } from '../config/config.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import type { LevelFacts } from '../prompts/record.ts';
import { type StepBatch, writtenPlaces } from '../trajectory/batch.ts';
import type { Group, JudgedTrajectory, Samples } from '../trajectory/groups.ts';
import type { TokenStatistics } from '../trajectory/tokens.ts';
import type { Settings } from '../words/setting.ts';
import type { UpdateFacts } from './updateFacts.ts';

/** A batch and its updates, in training or in an evaluation of an objective. Token arrays are [rows * columns]. */
export interface BatchFacts {
  readonly algorithm: Algorithm;
  readonly settings: Settings;
  readonly batch: StepBatch;
  /** Of the policy before the first update; NaN where a number is not known. */
  readonly statistics: TokenStatistics<FloatArray>;
  /** Log-probabilities of the policy that sampled, by the trainer's arithmetic. */
  readonly trainerLogProbs: FloatArray;
  /** Entropy bonus that `statistics.loss` contains. */
  readonly bonus: number;
  /** KL penalty that was taken off the reward at each token. */
  readonly penalties: FloatArray;
  /** In order. */
  readonly updates: readonly UpdateFacts[];
}

export interface StepFacts extends BatchFacts {
  readonly task: Task;
  readonly config: TrainConfig;
  readonly step: number;
  readonly samples: Samples;
  /** The prompts by difficulty; empty where all have one. */
  readonly levels: readonly LevelFacts[];
  readonly learningRate: number;
  /** Prompt and completion tokens since the start of the run. */
  readonly tokens: number;
  /** Wall clock of the stages. */
  readonly seconds: Readonly<Record<'rollout' | 'score' | 'update' | 'step', number>>;
}

/** Share of the items that are true. */
export const shareOf = (items: readonly boolean[]): number => mean(items.map(Number));

/** The mean, or undefined of nothing. */
export const meanOf = (values: readonly number[]): number | undefined => (values.length > 0 ? mean(values) : undefined);

/** Groups as they were sampled, those that were dropped last. */
export const sampledGroups = ({ samples }: Pick<StepFacts, 'samples'>): readonly Group[] => [
  ...samples.groups,
  ...samples.dropped,
];

export const sampledTrajectories = (facts: Pick<StepFacts, 'samples'>): readonly JudgedTrajectory[] =>
  sampledGroups(facts).flatMap(({ completions }) => completions);

/** Places of all tokens that a policy wrote, not an expert; `of` may leave rows out. */
export const sampledPlaces = (batch: StepBatch, of: (row: number) => boolean = () => true): number[] =>
  batch.shapes.flatMap(({ expert }, row) => (expert || !of(row) ? [] : writtenPlaces(batch, row)));

/** Mean over the sampled tokens; undefined without any. */
export const tokenMeanOf = ({ batch }: Pick<BatchFacts, 'batch'>, at: (place: number) => number): number | undefined =>
  meanOf(sampledPlaces(batch).map(at));
