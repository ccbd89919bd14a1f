/**
 * @file `npm run reward`: tries a reward term written in JavaScript on completions of a task, and measures the time of
 * a batch; or the built-in term for repetition on tokens.
 */
import { quantile } from '../src/lib/statistics.ts';
import { knobs } from '../src/rl/config/knobs.ts';
import { failureSentence, type RewardOutcome } from '../src/rl/sandbox/rewardFunction.ts';
import { sampleCompletions } from '../src/rl/rewards/samples.ts';
import { rewardInput } from '../src/rl/rewards/scoring.ts';
import { taskById } from '../src/tasks/index.ts';
import { repetitionPenalty } from '../src/rl/rewards/sharedTerms.ts';
import { UsageError } from '../src/lib/assert.ts';
import { createNodeSandbox } from '../src/worker/nodeSandbox.ts';
import { Refuted, runCommand } from './command.ts';
import { readInput } from './environment.ts';
import { type FlagValues, numeric, optionalNumber, optionalText, text } from './flags.ts';

const flags = {
  code: optionalText(
    'JavaScript that defines function reward({ prompt, completion, answer, correct, wellFormed, method, length, step }).',
    'FILE.js',
    'needed without --tokens',
  ),
  tokens: optionalText(
    'Token ids of a completion, as in 5,5,5: prints what the built-in term for repetition gives it.',
    'ID,...',
  ),
  repetitionNgram: {
    ...numeric('Tokens in a row that count as repeated, for --tokens.', knobs.repetitionNgram.default, {
      min: 1,
      max: knobs.repetitionNgram.max,
      integer: true,
    }),
    name: knobs.repetitionNgram.id,
  },
  task: text('Task whose demonstrations, right and wrong, are the completions.', 'ID', 'sums'),
  difficulty: optionalNumber('Size of the problems.', 'the task’s own', { min: 1, max: 8, integer: true }),
  completions: numeric('Completions of a batch.', 64, { min: 1, max: 1024, integer: true }),
  repeats: numeric('Batches that are timed, after one that is not.', 10, { min: 1, max: 1000, integer: true }),
  seed: numeric('Same seed, same completions.', 1, { min: 0, max: 2 ** 31 - 1, integer: true }),
};

const SHOWN = 8;

const words = (outcome: RewardOutcome): string =>
  'reward' in outcome ? String(outcome.reward) : failureSentence(outcome.failure);

/** Comma-separated whole numbers; an empty text is a completion without tokens. */
function tokensOf(list: string): number[] {
  return list
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      if (!/^\s*-?\d+\s*$/.test(part))
        throw new UsageError(`--tokens: whole numbers between commas are needed, not "${part}"`);
      return Number(part);
    });
}

async function reward(values: FlagValues<typeof flags>): Promise<void> {
  if (values.tokens !== undefined) {
    process.stdout.write(`${repetitionPenalty(tokensOf(values.tokens), values.repetitionNgram)}\n`);
    return;
  }
  if (values.code === undefined) throw new UsageError('--code: is needed (or --tokens)');
  const code = new TextDecoder().decode(readInput('--code', values.code));
  const task = taskById(values.task);
  const sandbox = createNodeSandbox();
  try {
    const { difficulty = task.difficulty.default, seed, completions } = values;
    const samples = await sampleCompletions(task, difficulty, seed, completions, sandbox);
    const inputs = samples.map((completion) => rewardInput(completion, 0));
    const outcomes = await sandbox.score(code, inputs);
    const milliseconds: number[] = [];
    const failures = outcomes.filter((outcome) => 'failure' in outcome);
    for (let i = 0; i < values.repeats && failures.length === 0; i++) {
      const begun = performance.now();
      await sandbox.score(code, inputs);
      milliseconds.push(performance.now() - begun);
    }
    inputs
      .slice(0, SHOWN)
      .forEach(({ prompt, completion, correct }, row) =>
        process.stdout.write(
          `${correct ? 'right' : 'wrong'}  ${prompt}${completion}  ${words(outcomes[row] as RewardOutcome)}\n`,
        ),
      );
    if (failures.length > 0)
      throw new Refuted(
        `${failures.length} of ${outcomes.length} completions got no reward; the first: ${words(failures[0] as RewardOutcome)}`,
      );
    const [low, median, high] = [0, 0.5, 1].map((p) => quantile(milliseconds, p).toFixed(1));
    process.stdout.write(
      `${inputs.length} completions: ${median} ms (${low} to ${high}) over ${values.repeats} batches\n`,
    );
  } finally {
    sandbox.dispose();
  }
}

await runCommand(
  { name: 'reward', summary: 'Tries a reward term written in JavaScript on completions of a task.', flags },
  reward,
);
