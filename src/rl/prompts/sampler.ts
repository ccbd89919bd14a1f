/** @file Interface of prompt samplers, which draw the prompts of a step. Plain numbers and examples. */
import type { Example, Task } from '../../tasks/task.ts';
import type { Memory } from '../words/memory.ts';

/** Fields of the configuration that prompt samplers read. */
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

/** A request for prompts: every draw is keyed by seed and step, so that order and number of workers do not matter. */
export interface PromptRequest {
  readonly task: Task;
  readonly config: PromptSettings;
  readonly step: number;
  /** State from earlier steps. */
  readonly memory: Memory;
  readonly count: number;
  /** Number of the first prompt within the step; above 0 if dynamic sampling draws more. */
  readonly first: number;
}

/** Result of one prompt of a step. */
export interface PromptRecord {
  readonly example: Example;
  /** Share of its completions that are correct. */
  readonly passRate: number;
  /** Mean over its completions of |reward - mean reward of the group|; completions without a reward are left out. */
  readonly spread: number;
  /** Mean |advantage| over its completions; null for a dropped prompt. */
  readonly absoluteAdvantage: number | null;
}

export interface PromptSampler {
  /** As configuration, URL and command line use it. */
  readonly id: string;
  readonly title: string;
  /** One sentence. */
  readonly summary: string;
  /** Draws several difficulties; evaluations then use all of them too. */
  readonly mixed: boolean;
  prompts(request: PromptRequest): Example[];
  /** Entries to add to the memory after a step. */
  noted?(records: readonly PromptRecord[], request: Pick<PromptRequest, 'task' | 'config' | 'step' | 'memory'>): Memory;
}
