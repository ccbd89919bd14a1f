/**
 * @file The interface of a task: seeded problems, an exact verifier, named reward terms, demonstrations. Strings only.
 */
import type { Random } from '../lib/random.ts';
import type { Message } from './own/row.ts';
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
  /** The prompt as a chat, for a policy with a chat template; `prompt` holds its contents. */
  readonly messages?: readonly Message[];
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
  /** Reward of the answer by a checker that gives a number; without it 1 if correct, else 0. */
  readonly score?: number;
}

/** A way of answering that the verifier recognises, charted as a share and with its own accuracy. */
export interface Method {
  readonly id: string;
  readonly label: string;
  /** One sentence. */
  readonly summary: string;
  /** The policy that uses it, in words after "the policy". */
  readonly does?: string;
}

/** A token before a prompt that asks for a method or a writer; its effect on a policy depends on training. */
export interface Control {
  readonly id: string;
  readonly label: string;
  /** One character. */
  readonly token: string;
  /** Id of the method used in demonstrations with this token. */
  readonly method: string;
  /** Share of slips in the demonstrations of a writer; absent if the token names a method alone. */
  readonly slips?: number;
}

/** One named summand of the reward, which is the weighted sum of its terms. */
export interface RewardTerm {
  readonly id: string;
  readonly label: string;
  readonly summary: string;
  readonly defaultWeight: number;
  /**
   * Slot of a learned reward, by name: the score is then that model's and `score` is not called. Such a term needs a
   * run that provides the slot.
   */
  readonly model?: string;
  /**
   * Usually in 0..1; a promise if the term waits for something. `completion` is everything after the prompt;
   * `turnRewards` holds the environment's reward of each turn, in order, empty for a task without an environment.
   */
  score(
    verdict: Verdict,
    completion: string,
    example: Example,
    turnRewards?: readonly number[],
  ): number | Promise<number>;
}

/** The environment's answer to a turn. */
export interface EnvironmentStep {
  /** Text that the policy reads next, put after its turn; empty if done. */
  readonly observation: string;
  /** Part of the reward that this turn earned. */
  readonly reward: number;
  /** No turn follows. */
  readonly done: boolean;
}

/** One conversation about one example at a time; strings only. The same actions give the same answers. */
export interface Environment {
  /** Texts that close a turn besides the end token, such as the last character of a tool call. */
  readonly stops: readonly string[];
  /** Begins the example and returns the text that the policy reads first: the example's prompt. */
  reset(example: Example): string | Promise<string>;
  /** Answers a turn, its stop included and its end token left out. */
  step(text: string): EnvironmentStep | Promise<EnvironmentStep>;
  /** The state after these turns of the example, in a fresh conversation; returns the last answer, null without turns. */
  restore(example: Example, actions: readonly string[]): Promise<EnvironmentStep | null>;
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

/** A verifier in Python: `verify(problem, completion)` gives (correct, well_formed). */
export interface PythonVerifier {
  /** It may read `re` and `Fraction`; `problem` is a dict of `problem`, `answer` and `difficulty`. */
  readonly code: string;
  /** The task in words, for a model that was never shown it; empty where a data file’s prompts say it. */
  readonly instruction: string;
  /** More keys that `problem` has. */
  readonly columns?: readonly string[];
}

export interface Task {
  readonly id: string;
  readonly title: string;
  /** One sentence for the task picker. */
  readonly summary: string;
  /** Its prompts are instructions in words, for instruction-tuned models; no shipped base can read them. */
  readonly isInstruction?: boolean;
  readonly difficulty: Difficulty;
  /** Distinct problems of all splits at the default difficulty, if they are too few for 1 000 held-out ones. */
  readonly problems?: number;
  /** Share of the problems that the best constant answer solves, if that is 5 % or more: 0.5 for yes or no. */
  readonly chance?: number;
  /** Empty if the verifier distinguishes none. */
  readonly methods: readonly Method[];
  /** A sentence under the chart of methods; the page has one for tasks without it. */
  readonly methodNote?: string;
  /** Tokens that may precede the prompt; `withControl` adds one. */
  readonly controls?: readonly Control[];
  readonly rewardTerms: readonly RewardTerm[];
  /** The mixture used for the demonstrations of the shipped policies. */
  readonly defaultMix: DemonstrationMix;
  /**
   * Longest prompt and completion in characters at a difficulty (the completion without its last end token; with an
   * environment all turns and answers), and the most messages of a prompt, where they are chats.
   */
  lengths(difficulty: number): { prompt: number; completion: number; messages?: number };
  /** A problem of the given split; the same stream gives the same problem everywhere. */
  example(random: Random, split: Split, difficulty: number): Example;
  /**
   * The problem in a typed prompt, or null if the prompt is not of this task; a countdown's `answer` is then empty. A
   * task without it gives typed prompts no verdict, and takes the problems of a rollout file as the file states them.
   */
  read?(prompt: string): Example | null;
  /**
   * Never throws, for any completion; with an environment `completion` is everything after the prompt. `score`: the
   * number that `code` gave; a task with code compares with the answer where it is absent.
   */
  verify(example: Example, completion: string, score?: number): Verdict;
  /** A checker in JavaScript, which only a sandbox runs: its text, and the row that it reads beside a completion. */
  readonly code?: { readonly text: string; row(example: Example): Readonly<Record<string, unknown>> };
  /** A completion in the given method; with `wrong`, one whose answer `verify` rejects. */
  demonstration(random: Random, example: Example, method: string, wrong: boolean): string;
  /** A demonstration that leaves out a part of the problem, wrong and not always well formed; for tasks with writers. */
  slip?(example: Example, method: string): string;
  /**
   * Present if all well-formed completions can be listed: the policy is then read out exactly, without sampling. Such a
   * task has one problem, used for training and read-out; nothing is held out. Every term must give all malformed
   * completions the same score.
   */
  outcomes?(example: Example): readonly string[];
  /** The verifier in Python, for exports; where absent, an export compares with the stored answer and says so. */
  readonly python?: PythonVerifier;
  /** A fresh environment, if a problem takes several turns; a task without it is answered in one turn. */
  environment?(): Environment;
  /** The meaning of a completion as a scene. Never throws, for any completion. */
  scene?(example: Example, completion: string): Scene;
}
