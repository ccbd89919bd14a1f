/** @file What a task is: seeded problems, an exact verifier, named reward terms, demonstrations. Strings only. */
import type { Random } from '../lib/random.ts';
import type { Scene } from './scene.ts';

/** Which side of the fixed division of problems; decided by a hash of the canonical problem, never by order. */
export type Split = 'train' | 'validation' | 'heldout';

/** One problem. */
export interface Example {
  /** What the policy reads, ending with the character after which it answers. */
  readonly prompt: string;
  /** The ground truth (for tasks with many right answers, one of them). */
  readonly answer: string;
  /** Canonical form: equal for problems that are the same up to reordering; the split hashes it. */
  readonly canonical: string;
  /** The difficulty the problem was drawn at. */
  readonly difficulty: number;
}

/** What the verifier read in a completion. */
export interface Verdict {
  readonly correct: boolean;
  /** The completion follows the task's grammar from end to end, right or wrong. */
  readonly wellFormed: boolean;
  /** Id of the method the completion used (one of the task's `methods`), or null where none can be told. */
  readonly method: string | null;
  /** The answer read out of the completion, or null. */
  readonly parsed: string | null;
}

/** A way of answering that the verifier can tell apart, charted as a share and with its own accuracy. */
export interface Method {
  readonly id: string;
  readonly label: string;
  /** One sentence. */
  readonly summary: string;
}

/** A token put before a prompt that asks for one method; what a policy makes of it is up to its pretraining. */
export interface Control {
  readonly id: string;
  readonly label: string;
  /** One character. */
  readonly token: string;
  /** Id of the method that demonstrations behind this token use. */
  readonly method: string;
}

/** One named addend of the reward; the reward is the weighted sum of the terms. */
export interface RewardTerm {
  readonly id: string;
  readonly label: string;
  readonly summary: string;
  readonly defaultWeight: number;
  /** Usually in 0..1. */
  score(verdict: Verdict, completion: string, example: Example): number;
}

/** The dial of a task. */
export interface Difficulty {
  readonly label: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly default: number;
  /** A value that no base is shown in pretraining, where there is one: the place to look for what a base cannot do. */
  readonly unseen?: number;
  readonly summary: string;
}

/** How demonstrations for pretraining are mixed; recorded in the manifest of every base. */
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
  /** Tokens that may stand before the prompt; `withControl` puts one there. */
  readonly controls?: readonly Control[];
  readonly rewardTerms: readonly RewardTerm[];
  /** The mixture this task's shipped demonstrations were drawn with. */
  readonly defaultMix: DemonstrationMix;
  /** Longest prompt and completion in characters at a difficulty (the completion without its end token). */
  lengths(difficulty: number): { prompt: number; completion: number };
  /** A problem of the given split; the same stream gives the same problem everywhere. */
  example(random: Random, split: Split, difficulty: number): Example;
  /**
   * The problem that a typed prompt poses, or null where the prompt is none of this task's; a countdown's `answer` is
   * then empty.
   */
  read(prompt: string): Example | null;
  /** Never throws, whatever the completion. */
  verify(example: Example, completion: string): Verdict;
  /** A completion in the given method; `wrong` asks for one whose answer is not accepted by `verify`. */
  demonstration(random: Random, example: Example, method: string, wrong: boolean): string;
  /**
   * Present where all well-formed completions can be listed: the policy is then read out exactly, without sampling.
   * Such a task has one problem, which is trained on and read out; nothing is held out. Every term must give all
   * malformed completions the same score.
   */
  outcomes?(example: Example): readonly string[];
  /** What a completion amounts to, for people to see. Never throws, whatever the completion. */
  scene?(example: Example, completion: string): Scene;
}
