/**
 * @file The interface of a task: seeded problems, an exact verifier, named reward terms, demonstrations. Strings only.
 */
import type { Random } from '../lib/random.ts';
import type { Scene } from './scene.ts';

/** The fixed division of problems; decided by a hash of the canonical problem, never by order. */
export type Split = 'train' | 'validation' | 'heldout';

export interface Example {
  /** The policy's input, ending with the character after which it answers. */
  readonly prompt: string;
  /** The ground truth (for tasks with many right answers, one of them). */
  readonly answer: string;
  /** Canonical form: equal for problems that differ only in order; the split hashes it. */
  readonly canonical: string;
  /** The difficulty at which the problem was drawn. */
  readonly difficulty: number;
}

/** The verifier's result for a completion. */
export interface Verdict {
  readonly correct: boolean;
  /** The completion follows the task's grammar from end to end, right or wrong. */
  readonly wellFormed: boolean;
  /** Id of the method the completion used (one of the task's `methods`), or null if unknown. */
  readonly method: string | null;
  /** The answer parsed from the completion, or null. */
  readonly parsed: string | null;
}

/** A way of answering that the verifier recognises, charted as a share and with its own accuracy. */
export interface Method {
  readonly id: string;
  readonly label: string;
  /** One sentence. */
  readonly summary: string;
}

/** A token before a prompt that asks for one method; its effect on a policy depends on pretraining. */
export interface Control {
  readonly id: string;
  readonly label: string;
  /** One character. */
  readonly token: string;
  /** Id of the method used in demonstrations with this token. */
  readonly method: string;
}

/** One named summand of the reward, which is the weighted sum of its terms. */
export interface RewardTerm {
  readonly id: string;
  readonly label: string;
  readonly summary: string;
  readonly defaultWeight: number;
  /** Usually in 0..1. */
  score(verdict: Verdict, completion: string, example: Example): number;
}

/** The range of a task's difficulty. */
export interface Difficulty {
  readonly label: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly default: number;
  /** A value shown to no base in pretraining, if there is one: it tests abilities that a base lacks. */
  readonly unseen?: number;
  readonly summary: string;
}

/** The mixture of demonstrations for pretraining; recorded in the manifest of every base. */
export interface DemonstrationMix {
  /** Share of each method by id; sums to 1. */
  readonly methods: Readonly<Record<string, number>>;
  /** Share of demonstrations of each method whose answer is deliberately wrong (default 0). */
  readonly wrong?: Readonly<Record<string, number>>;
}

export interface Task {
  readonly id: string;
  readonly title: string;
  /** One sentence for the task picker. */
  readonly summary: string;
  readonly difficulty: Difficulty;
  readonly methods: readonly Method[];
  /** Tokens that may precede the prompt; `withControl` adds one. */
  readonly controls?: readonly Control[];
  readonly rewardTerms: readonly RewardTerm[];
  /** The mixture used for the demonstrations of the shipped policies. */
  readonly defaultMix: DemonstrationMix;
  /** Longest prompt and completion in characters at a difficulty (the completion without its end token). */
  lengths(difficulty: number): { prompt: number; completion: number };
  /** A problem of the given split; the same stream gives the same problem everywhere. */
  example(random: Random, split: Split, difficulty: number): Example;
  /** The problem in a typed prompt, or null if the prompt is not of this task; a countdown's `answer` is then empty. */
  read(prompt: string): Example | null;
  /** Never throws, for any completion. */
  verify(example: Example, completion: string): Verdict;
  /** A completion in the given method; with `wrong`, one whose answer `verify` rejects. */
  demonstration(random: Random, example: Example, method: string, wrong: boolean): string;
  /**
   * Present if all well-formed completions can be listed: the policy is then read out exactly, without sampling. Such a
   * task has one problem, used for training and read-out; nothing is held out. Every term must give all malformed
   * completions the same score.
   */
  outcomes?(example: Example): readonly string[];
  /** The meaning of a completion as a scene. Never throws, for any completion. */
  scene?(example: Example, completion: string): Scene;
}
