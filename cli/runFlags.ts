/**
 * @file The flags of a training run, one per knob of the configuration, and the configuration made from them and a
 * preset.
 */
import { assert, UsageError } from '../src/lib/assert.ts';
import { readPlain } from '../src/lib/numberText.ts';
import type { TrainConfig } from '../src/rl/config/config.ts';
import type { Knob } from '../src/rl/config/knob.ts';
import { type KnobName, knobNames, knobs } from '../src/rl/config/knobs.ts';
import { presetById, presetConfig, presets } from '../src/rl/config/presets.ts';
import { type ChoiceName, choiceNames, choices } from '../src/rl/config/choices.ts';
import { withAlgorithm } from '../src/rl/algorithm/configured.ts';
import { checkedConfig } from '../src/rl/run/localTrainer.ts';
import { algorithms } from '../src/rl/papers/index.ts';
import { priorPromptProblem } from '../src/rl/prompts/priorPrompt.ts';
import { policyFor } from '../src/rl/pretraining/policies.ts';
import type { TermShaping } from '../src/rl/rewards/composition.ts';
import { readShaping } from '../src/rl/rewards/shapingWords.ts';
import { readMove } from '../src/rl/words/schedule.ts';
import { taskById, tasks } from '../src/tasks/index.ts';
import { dataFlags } from './dataFile.ts';
import type { LoadedPolicy } from './environment.ts';
import { loadOrigin, originFlags } from './policyOrigin.ts';
import { asClause, choice, type Flag, type FlagValues, optionalNumber, optionalText, toggle } from './flags.ts';

const fromPreset = 'the preset’s';

const knobFlag = ({ id, summary, min, max, integer }: Knob): Flag<number | undefined> => ({
  ...optionalNumber(`${summary} ${min} to ${max}.`, fromPreset, { min, max, integer }),
  name: id,
});

/** One flag per knob, named by the knob's id: `--learning_rate`. */
const knobFlags = Object.fromEntries(knobNames.map((name) => [name, knobFlag(knobs[name])])) as Record<
  KnobName,
  Flag<number | undefined>
>;

/** One flag per choice, named by its id: `--kl_estimator`. */
const choiceFlags = Object.fromEntries(
  choiceNames.map((name) => {
    const { id, summary, options } = choices[name];
    return [
      name,
      {
        ...optionalText(`${summary} One of ${options.map((option) => option.id).join(', ')}.`, 'NAME', fromPreset),
        name: id,
      },
    ];
  }),
) as Record<ChoiceName, Flag<string | undefined>>;

const { min: leastSteps, max: mostSteps } = knobs.maxSteps;

export const runFlags = {
  preset: choice(
    'Starting point.',
    presets.map(({ id }) => id),
    'default',
  ),
  steps: optionalNumber('Steps to train; another name of --max_steps.', fromPreset, {
    min: leastSteps,
    max: mostSteps,
    integer: true,
  }),
  ...originFlags('the preset’s, or one that was shown the task'),
  task: optionalText(
    `One of ${tasks.map(({ id }) => id).join(', ')}; at its usual difficulty unless --difficulty is given.`,
    'NAME',
    fromPreset,
  ),
  ...dataFlags,
  algorithm: optionalText(
    `One of ${algorithms.map(({ id }) => id).join(', ')}; its own numbers start at its defaults.`,
    'NAME',
    fromPreset,
  ),
  set: optionalText('Numbers of the algorithm, as in epsilon_high=0.3,delta=4.', 'ID=NUMBER,...', 'its defaults'),
  rewardWeights: {
    ...optionalText('Weights of reward terms, as in answer=2,format=0.', 'ID=NUMBER,...', 'those of the task'),
    name: 'reward_weights',
  },
  rewardShaping: {
    ...optionalText(
      'What is done to the score of reward terms, as in length=right;format=clip:0:0.5,centre:group.',
      'ID=WORDS;...',
      fromPreset,
    ),
    name: 'reward_shaping',
  },
  schedule: optionalText(
    'Numbers that move over the steps, as in beta=linear:0.1:100,temperature=cosine:0.7:50: how, to where, over how many steps.',
    'ID=KIND:TO:STEPS,...',
    'all constant',
  ),
  objective: optionalText('An objective written as text, instead of the algorithm’s.', 'TEXT', 'the algorithm’s'),
  shuffleRewards: {
    ...toggle('Control: rewards shuffled inside the batch, which removes their meaning.'),
    name: 'shuffle_rewards',
  },
  shardSize: {
    ...optionalNumber(
      'Completions per shard: decides the last bits of a result, which the number of workers does not.',
      fromPreset,
      { min: 1, max: 128, integer: true },
    ),
    name: 'shard_size',
  },
  ...knobFlags,
  ...choiceFlags,
};

export type RunValues = FlagValues<typeof runFlags>;

/** `a=1,b=2` as numbers by id. */
function numbersOf(flag: string, text: string): Record<string, number> {
  return Object.fromEntries(
    text
      .split(',')
      .filter((part) => part.trim() !== '')
      .map((part) => {
        const [id = '', word = ''] = part.split('=').map((side) => side.trim());
        if (id === '' || word === '') throw new UsageError(`${flag}: ${part.trim()} is not of the form id=number`);
        const value = readPlain(word);
        if (typeof value === 'string')
          throw new UsageError(`${flag}: ${id}: ${asClause(value)}, not ${JSON.stringify(word)}`);
        return [id, value];
      }),
  );
}

/** `a=right;b=clip:0:1,centre:group` as shapings by id. */
function shapingsOf(flag: string, text: string): Record<string, TermShaping> {
  return Object.fromEntries(
    text
      .split(';')
      .filter((part) => part.trim() !== '')
      .map((part) => {
        const [id = '', words = ''] = part.split('=').map((side) => side.trim());
        const shaping = readShaping(words);
        if (typeof shaping === 'string') throw new UsageError(`${flag}: ${id}: ${shaping}`);
        return [id, shaping];
      }),
  );
}

/** `beta=linear:0.1:100` as moves by id, not yet validated. */
const movesOf = (text: string): Record<string, unknown> =>
  Object.fromEntries(
    text
      .split(',')
      .filter((part) => part.trim() !== '')
      .map((part) => {
        const [id = '', words = ''] = part.split('=').map((side) => side.trim());
        return [id, readMove(words)];
      }),
  );

/**
 * The base of a run that names none: the preset's, or one that was shown the task if the preset's was not. UsageError
 * that names the model for a preset that needs one.
 */
export function usualPolicy(values: Pick<RunValues, 'preset' | 'task'>): string {
  const { model, id } = presetById(values.preset);
  assert(
    model === undefined,
    `--preset ${id}: it trains ${model}; hf download ${model} --local-dir DIR fetches it, and --model DIR opens it`,
  );
  const preset = presetConfig(id);
  return policyFor(values.task ?? preset.task, preset.policy);
}

/** The base of a run; the model of a preset answers in its chat template. UsageError that names the flag. */
export const loadRunOrigin = (values: RunValues): Promise<LoadedPolicy> => {
  const isChat = values.chat || (values.model !== undefined && presetById(values.preset).model !== undefined);
  return loadOrigin({ ...values, chat: isChat }, () => usualPolicy(values));
};

/**
 * The preset's configuration with the given values, checked. `policyId` is recorded as the run's base. Throws
 * UsageError naming the flag.
 */
export function runConfig(values: RunValues, policyId: string): TrainConfig {
  const preset = presetConfig(values.preset);
  const task = taskById(values.task ?? preset.task);
  const withTask = task.id === preset.task ? preset : { ...preset, task: task.id, difficulty: task.difficulty.default };
  const base = values.algorithm === undefined ? withTask : withAlgorithm(withTask, values.algorithm);
  const given = Object.fromEntries(
    [...knobNames, ...choiceNames].filter((name) => values[name] !== undefined).map((name) => [name, values[name]]),
  );
  if (values.steps !== undefined && values.maxSteps !== undefined && values.steps !== values.maxSteps)
    throw new UsageError('--steps and --max_steps: they are the same thing, and two different numbers were given');
  const config = checkedConfig({
    ...base,
    ...given,
    settings: { ...base.settings, ...numbersOf('--set', values.set ?? '') },
    rewardWeights: { ...base.rewardWeights, ...numbersOf('--reward_weights', values.rewardWeights ?? '') },
    rewardShaping: { ...base.rewardShaping, ...shapingsOf('--reward_shaping', values.rewardShaping ?? '') },
    schedules: { ...base.schedules, ...movesOf(values.schedule ?? '') },
    objectiveText: values.objective ?? base.objectiveText,
    maxSteps: values.steps ?? values.maxSteps ?? base.maxSteps,
    shardSize: values.shardSize ?? base.shardSize,
    shuffleRewards: values.shuffleRewards,
    policy: policyId,
    evalEvery: 0,
  });
  const { min, max } = task.difficulty;
  if (config.difficulty < min || config.difficulty > max)
    throw new UsageError(`--difficulty: ${task.id} takes ${min} to ${max}, not ${config.difficulty}`);
  const problem = priorPromptProblem(config);
  if (problem !== null) throw new UsageError(`--${problem}`);
  return config;
}
