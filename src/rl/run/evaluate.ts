/**
 * @file Accuracy on held-out problems: sampled at temperature 1 with an interval, and greedy. A task with listed
 * outcomes has a single problem, which is not held out; its accuracy is computed, not sampled.
 */
import { scoreNow } from '../../tasks/rewardTerms.ts';
import { sampledDivergence } from '../step/policyScores.ts';
import { accuracyOf, methodShares } from '../metrics/methodShares.ts';
import { accuracyInterval, binomialInterval } from '../../lib/intervals.ts';
import { type Interval, mean, passAtK } from '../../lib/statistics.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { Example, Split, Task, Verdict } from '../../tasks/task.ts';
import { readExact } from '../exact/readout.ts';
import type { Learner } from '../learner/learner.ts';
import { verdictsOn } from '../rewards/reward.ts';
import type { RewardSandbox } from '../sandbox/rewardFunction.ts';
import type { Judged } from '../trajectory/groups.ts';
import { fixedExamples } from '../prompts/fixedExamples.ts';
import { sampleTrajectories } from '../sampling/rollouts.ts';
import { membersOf } from '../words/groupIds.ts';
import { type Trajectory, writtenCount } from '../trajectory/trajectory.ts';
import type { EvaluationReport } from './trainer.ts';

export interface EvaluationOptions {
  readonly split: Split;
  /** Difficulties; each has an equal share of the problems. */
  readonly levels: readonly number[];
  readonly problems: number;
  readonly samplesPerProblem: number;
  readonly promptLength: number;
  readonly completionLength: number;
  /**
   * Reward weights for the exact optimum, and the KL coefficient; null if the reward is not a plain sum of the task's
   * terms.
   */
  readonly rewardWeights: Readonly<Record<string, number>> | null;
  readonly beta: number;
  /** Whether the divergence from the base is estimated; false if absent. */
  readonly divergence?: boolean;
  /** Keys the random numbers, so that policies are compared on the same draws. */
  readonly key: readonly (string | number)[];
  /** The slot that is evaluated. */
  readonly slot: string;
  readonly step: number;
}

type Answer = Trajectory & Pick<Judged, 'verdict'>;

export interface EvaluationSurroundings {
  readonly learner: Learner;
  readonly tokenizer: Tokenizer;
  readonly task: Task;
  /** Runs a checker in code. */
  readonly sandbox: RewardSandbox;
}

async function answers(
  { learner, tokenizer, task, sandbox }: EvaluationSurroundings,
  examples: readonly Example[],
  options: EvaluationOptions,
  samples: number,
  temperature: number,
): Promise<Answer[]> {
  const { completionLength, slot } = options;
  const trajectories = await sampleTrajectories({ learner, tokenizer, task, completionLength }, examples, {
    key: [...options.key, 'evaluation'],
    samples,
    temperature,
    slot,
  });
  const verdicts = await verdictsOn(task, trajectories, sandbox);
  return trajectories.map((trajectory, row) => ({ ...trajectory, verdict: verdicts[row] as Verdict }));
}

/** Sizes k of pass@k; those above the number of completions are left out. */
const ks = [1, 2, 4, 8, 16, 32, 64];

/** pass@k and diversity over several completions of each problem; `perProblem` holds the completions of each. */
function manyAnswers(
  correctPerProblem: readonly number[],
  samples: number,
  perProblem: readonly (readonly Answer[])[],
): Pick<EvaluationReport, 'passAtK' | 'distinct'> {
  if (samples < 2) return {};
  const passAt = (k: number) => mean(correctPerProblem.map((right) => passAtK(samples, right, k)));
  return {
    passAtK: Object.fromEntries(ks.filter((k) => k <= samples).map((k) => [k, passAt(k)])),
    distinct: mean(perProblem.map((all) => new Set(all.map(({ text }) => text)).size)),
  };
}

/** Share of completions of each problem whose steps are all right, in order; null for a task without steps. */
function rightSteps({ rewardTerms }: Task, perProblem: readonly (readonly Answer[])[]): readonly number[] | null {
  const term = rewardTerms.find(({ id }) => id === 'steps');
  if (!term) return null;
  const isRight = ({ verdict, text, example }: Answer) => scoreNow(term, verdict, text, example) === 1;
  return perProblem.map((all) => mean(all.map((answer) => Number(isRight(answer)))));
}

/** Numbers by problem, in the order of the examples; the steps only where the evaluation is wide. */
interface ByProblem {
  readonly sampled: readonly number[];
  readonly greedy: readonly number[];
  readonly steps?: readonly number[] | null;
  /** 1 where a completion at least is right. */
  readonly solved: readonly number[];
}

/** Means by difficulty. */
function byLevel(
  examples: readonly Example[],
  levels: readonly number[],
  { sampled, greedy, solved, steps }: ByProblem,
): NonNullable<EvaluationReport['levels']> {
  return Object.fromEntries(
    levels.map((level) => {
      const own = [...examples.keys()].filter((i) => examples[i]?.difficulty === level);
      const over = (values: readonly number[]) => mean(own.map((i) => values[i] as number));
      return [
        level,
        {
          problems: own.length,
          sampled: over(sampled),
          greedy: over(greedy),
          solved: over(solved),
          ...(steps ? { steps: over(steps) } : {}),
        },
      ];
    }),
  );
}

/** 95 % interval of the sampled accuracy. A listed task has one problem, so only completions vary. */
const intervalOf = (task: Task, correctPerProblem: readonly number[], samples: number): Interval =>
  task.outcomes
    ? binomialInterval(
        correctPerProblem.reduce((sum, right) => sum + right, 0),
        samples * correctPerProblem.length,
      )
    : accuracyInterval(correctPerProblem, samples);

/** Evaluates a slot on the fixed problems of a split. CheckerError if the code of a checker fails. */
export async function evaluate(
  surroundings: EvaluationSurroundings,
  options: EvaluationOptions,
): Promise<EvaluationReport & { correctPerProblem: readonly number[] }> {
  const { learner, tokenizer, task } = surroundings;
  const { levels, rewardWeights } = options;
  const examples = levels.flatMap((level) =>
    fixedExamples(task, level, options.split, Math.ceil(options.problems / levels.length)),
  );
  // A listed task's single problem gets the samples of all.
  const samplesPerProblem = options.samplesPerProblem * (task.outcomes ? options.problems : 1);
  const sampled = await answers(surroundings, examples, options, samplesPerProblem, 1);
  const greedy = await answers(surroundings, examples, options, 1, 0);
  const perGroup = membersOf(sampled.map(({ group }) => group)).map((rows) =>
    rows.map((row) => sampled[row] as Answer),
  );
  const correctPerProblem = perGroup.map((all) => all.filter(({ verdict }) => verdict.correct).length);
  const perProblem = correctPerProblem.map((count) => count / samplesPerProblem);
  const exact =
    rewardWeights &&
    (await readExact(learner, tokenizer, task, {
      ...options,
      difficulty: Math.max(...levels),
      rewardWeights,
      rowLength: options.promptLength + options.completionLength,
    }));
  return {
    step: options.step,
    problems: examples.length,
    samplesPerProblem,
    sampled: exact?.correct ?? mean(perProblem),
    interval: exact ? [exact.correct, exact.correct] : intervalOf(task, correctPerProblem, samplesPerProblem),
    greedy: accuracyOf(greedy),
    methods: methodShares(task, sampled),
    meanLength: mean(sampled.map(writtenCount)),
    ...(exact ? { exact } : {}),
    ...(options.divergence ? { kl: await sampledDivergence({ ...surroundings, ...options }, sampled) } : {}),
    ...manyAnswers(correctPerProblem, samplesPerProblem, perGroup),
    ...(levels.length > 1
      ? {
          levels: byLevel(examples, levels, {
            sampled: perProblem,
            greedy: greedy.map(({ verdict }) => Number(verdict.correct)),
            solved: correctPerProblem.map((right) => Number(right > 0)),
            ...(options.divergence ? { steps: rightSteps(task, perGroup) } : {}),
          }),
        }
      : {}),
    correctPerProblem,
  };
}
