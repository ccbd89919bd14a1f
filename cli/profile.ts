/** @file `npm run profile`: how hard a task is for a base, before any training. */
import { assert } from '../src/lib/assert.ts';
import { tokenizerFrom } from '../src/policy/checkpoint.ts';
import { defaultConfig } from '../src/rl/config/config.ts';
import { knobs } from '../src/rl/config/knobs.ts';
import { policyFor } from '../src/rl/pretraining/policies.ts';
import { type DifficultyProfile, profileTask } from '../src/rl/run/profile.ts';
import { checkFit } from '../src/rl/run/ownFit.ts';
import { adviceOf, profileLines } from '../src/rl/run/profileAdvice.ts';
import { withChats } from '../src/rl/words/chats.ts';
import { lengthsOf } from '../src/rl/words/lengths.ts';
import { policySlot } from '../src/rl/words/slots.ts';
import { taskById, tasks } from '../src/tasks/index.ts';
import type { Task } from '../src/tasks/task.ts';
import { createNodeSandbox } from '../src/worker/nodeSandbox.ts';
import { Interrupted, runCommand, watchInterrupt } from './command.ts';
import { dataFlags, withData } from './dataFile.ts';
import { backends, createLearner, type LoadedPolicy } from './environment.ts';
import { choice, type FlagValues, numeric, optionalNumber, optionalText } from './flags.ts';
import { SHARD, smallestLora } from './measure.ts';
import { openJsonLines } from './output.ts';
import { loadOrigin, originFlags } from './policyOrigin.ts';
import { createProgress, type Progress } from './progress.ts';

const { numGenerations, temperature } = knobs;

const flags = {
  task: optionalText(`One of ${tasks.map(({ id }) => id).join(', ')}.`, 'NAME', 'sums, or the file of --data'),
  ...dataFlags,
  ...originFlags('default, or one that was shown the task'),
  difficulty: optionalNumber('Size of the problems.', 'the task’s usual', { min: 1, integer: true }),
  numGenerations: {
    ...numeric('Group size whose signal is measured.', numGenerations.default, { ...numGenerations, integer: true }),
    name: numGenerations.id,
  },
  temperature: numeric('Of the sampling.', temperature.default, temperature),
  seed: numeric('Of the sampling.', 1, { min: 0, max: 2 ** 31 - 1, integer: true }),
  backend: choice('Where the graphs run.', backends, 'node'),
  workers: numeric('Lanes that share the work.', 1, { min: 1, max: 16, integer: true }),
  json: optionalText(
    'Writes the profile and the advice as one line of JSON; - is stdout.',
    'FILE',
    'a table on stdout',
  ),
};

type Values = FlagValues<typeof flags>;

/** The lengths of the longest difficulty that the policy's rows hold: those below it can be measured too. */
function roomFor(task: Task, policy: LoadedPolicy, difficulty: number) {
  const tokenizer = withChats(tokenizerFrom(policy.checkpoint.tokenizer), task);
  const { min, max } = task.difficulty;
  assert(difficulty >= min && difficulty <= max, `--difficulty: ${task.id} takes ${min} to ${max}, not ${difficulty}`);
  const rooms = Array.from({ length: max - difficulty + 1 }, (_, i) => lengthsOf(task, difficulty + i, tokenizer));
  const fits = rooms.filter(
    ({ promptLength, completionLength }) => promptLength + completionLength <= policy.checkpoint.config.maxSequence,
  );
  const room = fits.at(-1);
  assert(room, `--difficulty: problems of ${task.id} at ${difficulty} are longer than the policy reads`);
  return { tokenizer, ...room };
}

async function profileOf(values: Values, policy: LoadedPolicy, task: Task): Promise<DifficultyProfile> {
  const { seed, backend, workers, difficulty = task.difficulty.default } = values;
  const { tokenizer, ...room } = roomFor(task, policy, difficulty);
  const spec = {
    checkpoint: policy.bytes,
    slots: { [policySlot]: { set: { kind: 'lora' as const, lora: smallestLora } } },
    shardSize: SHARD,
    ...room,
  };
  const [learner, sandbox] = [await createLearner(spec, seed, backend, workers), createNodeSandbox()];
  const interrupt = watchInterrupt();
  const progress: { bar?: Progress } = {};
  try {
    const profile = await profileTask(
      { learner, tokenizer, task, sandbox, ...room },
      {
        difficulty,
        temperature: values.temperature,
        groupSize: values.numGenerations,
        seed,
        rewards: { ...defaultConfig, rewardWeights: {} },
      },
      {
        onProgress: (done, total) => (progress.bar ??= createProgress('completions', total)).update(done),
        stop: () => interrupt.asked,
      },
    );
    if (!profile) throw new Interrupted('stopped; nothing was written');
    return profile;
  } finally {
    progress.bar?.finish();
    interrupt.release();
    sandbox.dispose();
    await learner.dispose();
  }
}

/** The figures, then the advice. */
function tableOf(profile: DifficultyProfile): string {
  const { sentence, reasons } = adviceOf(profile);
  const lines = profileLines(profile);
  const width = Math.max(...lines.map(([name]) => name.length)) + 2;
  return [
    ...lines.map(([name, value]) => `${name.padEnd(width)}${value}`),
    sentence,
    ...(reasons.length > 0 ? [`Recommended: ${reasons.join('; ')}.`] : []),
  ].join('\n');
}

async function profile(values: Values): Promise<void> {
  const policy = await loadOrigin(values, () =>
    values.task === undefined ? 'default' : policyFor(values.task, 'default'),
  );
  const { task: id = 'sums' } = await withData(values, policy);
  const task = taskById(id);
  if (values.data === undefined) checkFit(task, policy.checkpoint, values.difficulty);
  const json = values.json === undefined ? null : openJsonLines(values.json);
  const measured = await profileOf(values, policy, task);
  const { id: base, sha256 } = policy.checkpoint.manifest;
  json?.write({
    policy: base,
    policyHash: sha256,
    seed: values.seed,
    backend: values.backend,
    ...measured,
    advice: adviceOf(measured),
  });
  json?.close();
  if (json) return;
  const { problems, samples, difficulty, temperature: heat } = measured;
  process.stdout.write(
    `${base}: ${task.title} at difficulty ${difficulty}, ${problems} problems, ${samples} completions each at temperature ${heat}\n${tableOf(measured)}\n`,
  );
}

await runCommand(
  {
    name: 'profile',
    summary:
      'Measures how hard a task is for a base before training, and says whether RL finds something to reinforce.',
    flags,
  },
  profile,
);
