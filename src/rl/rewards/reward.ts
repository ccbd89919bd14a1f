/** @file Judging completions: the verdict on each, and the reward as the sum of its terms. */
import type { Judged } from '../trajectory/groups.ts';
import { random } from '../../lib/random.ts';
import { scoreNow } from '../../tasks/rewardTerms.ts';
import type { Example, Task, Verdict } from '../../tasks/task.ts';
import { composeRewards } from './composer.ts';
import { type RewardSettings, scoredTerms } from './composition.ts';
import type { RewardSandbox } from '../sandbox/rewardFunction.ts';
import { verdictsOf } from '../sandbox/script.ts';
import { scoreTerms } from './scoring.ts';
import type { PolicyScores } from './sharedTerms.ts';
import { type Trajectory, turnRewardsOf, writtenIds } from '../trajectory/trajectory.ts';

/** The verifier's verdicts on completions, in order. CheckerError if the code of a checker fails. */
export async function verdictsOn(
  task: Task,
  trajectories: readonly Pick<Trajectory, 'example' | 'text' | 'terminated'>[],
  sandbox: RewardSandbox,
): Promise<Verdict[]> {
  const verdicts = await verdictsOf(task, trajectories, sandbox);
  return verdicts.map((read, row) => {
    // A completion cut by the length limit is not a finished answer.
    const { score: _, ...cut } = { ...read, correct: false, wellFormed: false };
    return trajectories[row]?.terminated ? read : cut;
  });
}

/** The plain weighted sum of the task's own terms, without shaping, for listed outcomes. */
export function plainReward(
  task: Task,
  weights: RewardSettings['rewardWeights'],
  example: Example,
  text: string,
): Pick<Judged, 'verdict' | 'reward'> {
  const verdict = task.verify(example, text);
  return {
    verdict,
    reward: task.rewardTerms.reduce(
      (sum, term) => sum + (weights[term.id] ?? term.defaultWeight) * scoreNow(term, verdict, text, example),
      0,
    ),
  };
}

/** Inputs of judging besides the completions. */
export interface Judging {
  readonly task: Task;
  readonly config: RewardSettings;
  readonly step: number;
  /** Runs the user's terms, and a checker in code. */
  readonly sandbox: RewardSandbox;
  /** Scores by the model in a slot, one per trajectory; absent where a run has no terms with models. */
  readonly learned?: (slot: string, trajectories: readonly Trajectory[]) => Promise<readonly number[]>;
  /** Scores by the policy itself; absent where no policy can be asked. */
  readonly policy?: (trajectories: readonly Trajectory[], verdicts: readonly Verdict[]) => PolicyScores;
}

/** Judges all completions of a step. RewardTermError if a user's term with `onFailure: 'stop'` fails. */
export async function judge(
  trajectories: readonly Trajectory[],
  { task, config, step, sandbox, learned, policy }: Judging,
): Promise<Judged[]> {
  const terms = scoredTerms(task, config);
  const verdicts = await verdictsOn(task, trajectories, sandbox);
  const completions = trajectories.map((trajectory, row) => ({
    example: trajectory.example,
    text: trajectory.text,
    verdict: verdicts[row] as Verdict,
    tokens: writtenIds(trajectory),
    turnRewards: turnRewardsOf(trajectory),
    group: trajectory.group,
  }));
  const { scores } = await scoreTerms(
    task,
    terms,
    completions,
    step,
    sandbox,
    learned && ((slot) => learned(slot, trajectories)),
    policy?.(trajectories, verdicts),
  );
  const { rewards, shaped } = composeRewards(
    terms,
    { scores, correct: verdicts.map(({ correct }) => correct) },
    trajectories.map(({ group }) => group),
    step,
  );
  const ofRow = (columns: Readonly<Record<string, readonly number[]>>, row: number) =>
    Object.fromEntries(terms.map(({ id }) => [id, columns[id]?.[row] ?? Number.NaN]));
  return verdicts.map((verdict, row) => ({
    verdict,
    reward: rewards[row] as number,
    terms: ofRow(scores, row),
    shapedTerms: ofRow(shaped, row),
  }));
}

/** Control arm: the rewards permuted by the key, so that they carry no information. */
export function shuffledRewards(rewards: Float32Array, key: readonly (string | number)[]): Float32Array {
  return Float32Array.from(random(...key).shuffle(Array.from(rewards)));
}
