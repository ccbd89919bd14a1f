/**
 * @file A trial of a reward term before it is used: on the newest completions, or on demonstrations before the first
 * step.
 */
import { sentenceOf } from '../../rl/run/failure.ts';
import {
  failureSentence,
  type RewardFailure,
  type RewardOutcome,
  type RewardSandbox,
} from '../../rl/sandbox/rewardFunction.ts';
import { verdictsOf } from '../../rl/sandbox/script.ts';
import { sampleCompletions } from '../../rl/rewards/samples.ts';
import { type JudgedCompletion, rewardInput } from '../../rl/rewards/scoring.ts';
import type { GroupReport } from '../../rl/step/report.ts';
import type { Task, Verdict } from '../../tasks/task.ts';
import type { TrialRow, TrialView } from '../../ui/rewards/types.ts';
import type { RunStore } from './runStore.ts';
import type { SettingsStore } from './settingsStore.ts';

export interface TrialParts {
  readonly settings: SettingsStore;
  readonly run: RunStore;
  readonly tasks: readonly Task[];
  readonly sandbox: RewardSandbox;
}

/** The code that was tried, and the outcome. */
export interface Trial {
  readonly code: string;
  readonly view: TrialView;
  /** The first failure. */
  readonly failure: RewardFailure | null;
}

const SAMPLES = 8;

/** The completions of a group as a reward function receives them; empty where the task cannot parse the prompt. */
async function completionsOf(
  task: Task,
  { prompt, answer, completions }: GroupReport,
  sandbox: RewardSandbox,
): Promise<JudgedCompletion[]> {
  const example = task.read?.(prompt);
  if (!example) return [];
  const verdicts = await verdictsOf(
    task,
    completions.map(({ text }) => ({ example, text })),
    sandbox,
  );
  return completions.map(({ text, correct, method, tokenIds, written, terminated }, row) => {
    const { wellFormed, parsed } = verdicts[row] as Verdict;
    return {
      example: { ...example, answer },
      text,
      verdict: { correct, wellFormed: terminated && wellFormed, method, parsed },
      tokens: written ? tokenIds.filter((_, i) => written[i] === 1) : tokenIds,
    };
  });
}

/** The first group of the newest step; demonstrations before the first step. */
async function tryOn({ settings, run, tasks, sandbox }: TrialParts): Promise<{
  completions: readonly JudgedCompletion[];
  step: number | null;
}> {
  const { config } = settings.getState();
  const task = tasks.find(({ id }) => id === config.task);
  if (!task) return { completions: [], step: null };
  const { reports, config: running } = run.getState();
  const report = running?.task === task.id ? reports.at(-1) : undefined;
  const group = report?.groups[0];
  const completions = group ? await completionsOf(task, group, sandbox) : [];
  if (report && completions.length > 0) return { completions, step: report.step };
  return { completions: await sampleCompletions(task, config.difficulty, config.seed, SAMPLES, sandbox), step: null };
}

const rowOf = (
  { example: { prompt }, text, verdict: { correct } }: JudgedCompletion,
  outcome: RewardOutcome | undefined,
): TrialRow => ({
  prompt,
  completion: text,
  correct,
  reward: outcome && 'reward' in outcome ? outcome.reward : null,
  failure: outcome && 'failure' in outcome ? failureSentence(outcome.failure) : null,
});

/** Runs the term in the sandbox. Never rejects: a sandbox that cannot run is a failure of the trial. */
export async function tryTerm(code: string, parts: TrialParts): Promise<Trial> {
  let step: number | null = null;
  try {
    const { completions, step: found } = await tryOn(parts);
    step = found;
    const outcomes = await parts.sandbox.score(
      code,
      completions.map((completion) => rewardInput(completion, step ?? 0)),
    );
    const failures = outcomes.flatMap((outcome) => ('failure' in outcome ? [outcome.failure] : []));
    return {
      code,
      view: { step, rows: completions.map((completion, row) => rowOf(completion, outcomes[row])) },
      failure: failures[0] ?? null,
    };
  } catch (cause) {
    return {
      code,
      view: { step, rows: [] },
      failure: { kind: 'throws', line: null, column: null, message: sentenceOf(cause) },
    };
  }
}
