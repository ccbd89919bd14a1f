/**
 * @file Where the prompts of a step come from: what a sampler of prompts is given and what it gives. Plain numbers and
 * examples.
 */
import type { Example, Task } from '../../tasks/task.ts';
import type { Memory } from '../words/memory.ts';

/** The settings of a run that samplers of prompts read; names and meaning are those of the configuration. */
export interface PromptSettings {
  readonly seed: number;
  readonly difficulty: number;
  readonly lowestDifficulty: number;
  readonly maxSteps: number;
  readonly promptSampler: string;
  readonly promptPool: number;
  readonly passRateMin: number;
  readonly passRateMax: number;
  readonly secTemperature: number;
  readonly secLearningRate: number;
}

/** What draws prompts: every draw is keyed by seed and step, so that order and number of workers change nothing. */
export interface PromptRequest {
  readonly task: Task;
  readonly config: PromptSettings;
  readonly step: number;
  /** What the steps before have left. */
  readonly memory: Memory;
  readonly count: number;
  /** Number of the first among all prompts of this step: more may be asked for until there are enough of use. */
  readonly first: number;
}

/** How one prompt of a step went. */
export interface PromptRecord {
  readonly example: Example;
  /** Share of its completions that were right. */
  readonly passRate: number;
  /** Mean over its completions of |reward - mean reward of the group|; completions without a reward are left out. */
  readonly spread: number;
  /** Mean over its completions of the |advantage| that they were learnt from; null for a prompt that was dropped. */
  readonly absoluteAdvantage: number | null;
}

export interface PromptSampler {
  /** As configuration, URL and command line use it. */
  readonly id: string;
  readonly title: string;
  /** One sentence. */
  readonly summary: string;
  /** Prompts of several difficulties, and so held-out problems of several too. */
  readonly mixed: boolean;
  prompts(request: PromptRequest): Example[];
  /** What it notes of a step for those after it, added to the memory. */
  noted?(records: readonly PromptRecord[], request: Pick<PromptRequest, 'task' | 'config' | 'step' | 'memory'>): Memory;
}
