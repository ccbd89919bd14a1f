/**
 * @file Operations on an open run, one at a time: a step, an evaluation, an answer, a snapshot, a move to another step.
 * They emit no events.
 */
import { assert } from '../../lib/assert.ts';
import { taskById } from '../../tasks/index.ts';
import type { Task } from '../../tasks/task.ts';
import { readAnswers } from './ask.ts';
import { type ChoiceName, choices } from '../config/choices.ts';
import { isLive, type LiveChanges } from '../config/config.ts';
import { type KnobName, knobs } from '../config/knobs.ts';
import { checkSettings } from '../algorithm/configured.ts';
import { configAt } from '../algorithm/settingValues.ts';
import { stageConfig } from '../algorithm/stages.ts';
import { promptSamplerById } from '../prompts/index.ts';
import { levelsOf } from '../prompts/levels.ts';
import { evaluate } from './evaluate.ts';
import { type DifficultyProfile, type ProfileControl, profileTask } from './profile.ts';
import { askedTask, trainingTask } from '../prompts/priorPrompt.ts';
import { isPlainSum } from '../rewards/composition.ts';
import { checkKeptRewards } from '../store/keptRewards.ts';
import { storedGroups, storedRollouts } from '../store/stored.ts';
import { checkedConfig, type Run } from './run.ts';
import { reconfigure, stageIn, stepsDone } from './stages.ts';
import { withWritten } from '../store/written.ts';
import type { Learner } from '../learner/learner.ts';
import { renamed } from '../learner/renamed.ts';
import { copyOfState } from '../learner/state.ts';
import { wholeStep } from '../step/trainStep.ts';
import type { StepContext } from '../step/context.ts';
import type { Answer, AskOptions, EvaluationReport, RunSnapshot, StepReport } from './trainer.ts';
import { baseSlot, policySlot } from '../words/slots.ts';

/** Which slot is evaluated, and at how many steps its accuracy stands. */
export interface Evaluated {
  readonly slot: string;
  readonly step: number;
}

/** State that a run can be moved to. */
export type Place = Pick<RunSnapshot, 'state' | 'step' | 'tokens' | 'memory' | 'kept'>;

/** Name of a field for people. */
const settingName = (name: keyof LiveChanges): string =>
  name === 'settings' ? name : Object.hasOwn(knobs, name) ? knobs[name as KnobName].id : choices[name as ChoiceName].id;

/** Applies live changes. Error that names fields which need a new run. */
export function adjustRun(run: Run, changes: LiveChanges): void {
  const names = Object.keys(changes) as (keyof LiveChanges)[];
  const fixed = names.filter(
    (name) => !isLive(name) && JSON.stringify(changes[name]) !== JSON.stringify(run.whole[name]),
  );
  assert(fixed.length === 0, `${fixed.map(settingName).join(', ')}: needs a restart`);
  const changed = checkedConfig({ ...run.whole, ...changes });
  checkSettings(run.algorithm, stageConfig(changed, stageIn(run.memory).index));
  reconfigure(run, changed);
}

/** The learner whose slot `base` is the policy that the stage refers to. */
const referring = ({ learner, held }: Pick<Run, 'learner' | 'held'>): Learner =>
  held.reference === undefined ? learner : renamed(learner, { [baseSlot]: held.reference });

/** The context of the run's next step. */
export function contextOf(run: Run, now: () => number): StepContext {
  const { config: configured, nextStep, tokenizer, algorithm, sandbox, lengths, memory, kept, tokens, store } = run;
  const config = configAt(algorithm, configured, nextStep);
  return {
    config,
    task: trainingTask(config),
    algorithm,
    tokenizer,
    learner: referring(run),
    sandbox,
    ...lengths,
    memory,
    kept,
    tokens,
    store,
    now,
  };
}

/** Trains the run's next step and commits it. */
export async function trainRunStep(run: Run, context: StepContext): Promise<StepReport> {
  const step = stepsDone(run);
  const { metrics, groups, tokens, seconds, settings, memory, sampled, kept } = await wholeStep(context, run.nextStep);
  run.memory = memory;
  run.kept = kept;
  run.written = withWritten(run.written, { step, temperature: context.config.temperature, groups: sampled });
  run.nextStep++;
  run.tokens += tokens;
  const stage = run.whole.stages ? { stage: stageIn(memory) } : {};
  return { step, metrics, groups, settings, tokensPerSecond: tokens / seconds, ...stage };
}

/** Difficulties of an evaluation: those of the prompts, or all of the task. */
function evaluatedLevels(plain: Task, config: Run['config'], wide: boolean): readonly number[] {
  if (wide) return levelsOf(plain, { difficulty: plain.difficulty.max, lowestDifficulty: plain.difficulty.min });
  return promptSamplerById(config.promptSampler).mixed ? levelsOf(plain, config) : [config.difficulty];
}

/**
 * Held-out accuracy with the run's prior prompt and, if it has one, also without it. `wide`: on all difficulties of the
 * task, and with the divergence from the base.
 */
export async function evaluateRun(
  run: Run,
  problems: number,
  samplesPerProblem: number,
  of: Evaluated = { slot: policySlot, step: stepsDone(run) },
  wide = false,
): Promise<EvaluationReport> {
  const { tokenizer, config, lengths, sandbox } = run;
  const learner = referring(run);
  const [asked, plain] = [askedTask(config), taskById(config.task)];
  const levels = evaluatedLevels(plain, config, wide);
  const evaluated = (task: Task) =>
    evaluate(
      { learner, tokenizer, task, sandbox },
      {
        split: 'heldout',
        levels,
        rewardWeights: isPlainSum(config) ? config.rewardWeights : null,
        beta: config.beta,
        problems,
        samplesPerProblem,
        ...lengths,
        key: [config.seed],
        divergence: wide,
        ...of,
      },
    );
  const { correctPerProblem: _, ...report } = await evaluated(asked);
  if (asked === plain) return report;
  const { sampled, greedy, methods } = await evaluated(plain);
  return { ...report, bare: { sampled, greedy, methods } };
}

/** The difficulty profile of the run's task under its settings. */
export function profileRun(
  { learner, tokenizer, config, lengths, sandbox }: Run,
  control: ProfileControl,
): Promise<DifficultyProfile | null> {
  const { difficulty, temperature, numGenerations: groupSize, seed } = config;
  return profileTask(
    { learner, tokenizer, task: askedTask(config), sandbox, ...lengths },
    { difficulty, temperature, groupSize, seed, rewards: config },
    control,
  );
}

/** Answers of the base and of the current policy to a prompt. */
export async function askBoth(
  { lengths, learner, tokenizer, config, sandbox }: Run,
  prompt: string,
  options: AskOptions,
): Promise<{ base: readonly Answer[]; tuned: readonly Answer[] }> {
  const { length } = tokenizer.encodePrompt(prompt);
  assert(length > 0 && length <= lengths.promptLength, `prompt: 1 to ${lengths.promptLength} tokens, not ${length}`);
  const answer = (slot: string) =>
    readAnswers(learner, tokenizer, askedTask(config), prompt, slot, lengths.completionLength, options, sandbox);
  return { base: await answer(baseSlot), tuned: await answer(policySlot) };
}

export async function snapshotOf(run: Run): Promise<RunSnapshot> {
  const { whole, policyHash, tokens, memory, kept, learner } = run;
  return {
    config: whole,
    policyHash,
    step: stepsDone(run),
    tokens,
    memory,
    ...(kept.length > 0 ? { kept: storedRollouts(kept) } : {}),
    state: copyOfState(await learner.state()),
  };
}

/** Sets the run to a saved state. */
export async function moveRun(run: Run, { state, step, tokens, memory, kept = [] }: Place): Promise<void> {
  const { config, lengths, tokenizer, sandbox } = run;
  const task = trainingTask(config);
  const groups = await storedGroups(
    kept,
    { ...lengths, task, tokenizer, sandbox, groupSize: config.numGenerations },
    (row) => `snapshot: kept.${row}`,
  );
  checkKeptRewards(groups, config, task);
  await run.learner.restore(state);
  run.nextStep = step - stageIn(memory).begun;
  run.tokens = tokens;
  run.memory = memory;
  run.kept = groups;
  run.written = [];
  run.checkpointed = null;
}
