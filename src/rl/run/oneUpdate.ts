/**
 * @file One real update of the next step under another algorithm, on a fork of an open run: the same weights, optimizer
 * and completions. The run itself stays as it is.
 */
import { createRuntime } from '../../engine/runtime/index.ts';
import { assert, present } from '../../lib/assert.ts';
import { sum } from '../../lib/floats.ts';
import { random } from '../../lib/random.ts';
import { klBetween } from '../objectives/kl.ts';
import { batchPushes, type BatchPushes } from '../oneBatch/pushes.ts';
import type { GroupReport } from '../step/report.ts';
import { type StepResult, wholeStep } from '../step/trainStep.ts';
import { promptLengthOf, type Trajectory } from '../trajectory/trajectory.ts';
import { baseSlot, beforeSlot, policySlot } from '../words/slots.ts';
import { forkOf } from './fork.ts';
import type { Run, TrainerEnvironment } from './run.ts';
import { contextOf } from './runWork.ts';
import { stepsDone } from './stages.ts';
import type { StepContext } from '../step/context.ts';
import type { OneUpdate, UpdateQuery } from './updateReport.ts';

/** Reads the group's completions under a slot: log p of each, and the distribution before each token, [tokens][V]. */
async function readGroup(
  { learner, tokenizer, lengths, config }: Run,
  { prompt, completions }: UpdateQuery,
  slot: string,
): Promise<{ readonly logProbs: readonly number[]; readonly distributions: readonly Float32Array[] }> {
  const { promptLength, completionLength } = lengths;
  const promptIds = tokenizer.encodePrompt(prompt);
  assert(promptIds.length <= promptLength, `prompt: at most ${promptLength} tokens, not ${promptIds.length}`);
  const columns = promptLength + completionLength - 1;
  const tokenIds = new Int32Array(completions.length * (columns + 1)).fill(tokenizer.padId);
  const mask = new Float32Array(completions.length * columns);
  completions.forEach((ids, row) => {
    assert(
      ids.length > 0 && ids.length <= completionLength,
      `completions[${row}]: 1 to ${completionLength} tokens, not ${ids.length}`,
    );
    const foreign = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= tokenizer.vocabSize);
    assert(foreign === undefined, `completions[${row}]: ${foreign} is not a token of this policy`);
    tokenIds.set([...promptIds, ...ids], row * (columns + 1));
    const first = row * columns + promptIds.length - 1;
    mask.fill(1, first, first + ids.length);
  });
  const batch = { rows: completions.length, tokenIds, temperature: config.temperature, arrays: { mask } };
  const { logProbs, logDistribution } = await learner.read(batch, slot, true);
  const whole = present(logDistribution, 'distributions of the learner');
  const width = whole.length / mask.length;
  const places = [...mask.keys()].filter((place) => mask[place] === 1);
  return {
    logProbs: completions.map((_, row) =>
      sum(Float64Array.from(logProbs.subarray(row * columns, (row + 1) * columns))),
    ),
    distributions: places.map((place) => whole.subarray(place * width, (place + 1) * width)),
  };
}

/**
 * The first row of the group in the batch of a step, and its report; null if the algorithm dropped the group.
 * UsageError if the step did not sample it.
 */
function groupIn(
  { groups, dropped }: StepResult,
  { prompt, completions }: UpdateQuery,
): { readonly first: number; readonly report: GroupReport } | null {
  const wanted = JSON.stringify([prompt, completions]);
  let first = 0;
  for (const report of groups) {
    if (JSON.stringify([report.prompt, report.completions.map(({ tokenIds }) => tokenIds)]) === wanted)
      return { first, report };
    first += report.completions.length;
  }
  const idsOf = (completion: Trajectory): readonly number[] => completion.ids.slice(promptLengthOf(completion));
  const isDropped = dropped.some(
    (group) => JSON.stringify([group.example.prompt, group.completions.map(idsOf)]) === wanted,
  );
  assert(isDropped, 'completions: the step sampled other ones, so that this group cannot be learnt from again');
  return null;
}

/** Pushes of the step's loss on its batch. A runtime on the CPU computes them, whatever trains. */
async function pushesOf(
  fork: Run,
  { learner }: StepContext,
  { batch, statistics, settings }: StepResult,
): Promise<BatchPushes> {
  const { config, algorithm, nextStep, lengths, info } = fork;
  const runtime = await createRuntime(info.backend === 'node' ? 'node' : 'wasm');
  const distribution = async (slot: string) =>
    present((await learner.read(batch, slot, true)).logDistribution, 'distributions of the learner');
  try {
    return await batchPushes(runtime, {
      algorithm,
      batch,
      statistics,
      settings,
      given: new Set(Object.keys(config.settings)),
      completionLength: lengths.completionLength,
      random: (...key) => random(config.seed, nextStep, ...key),
      distributions: async () => ({
        logDistribution: await distribution(beforeSlot),
        refLogDistribution: await distribution(baseSlot),
      }),
    });
  } finally {
    await runtime.dispose();
  }
}

async function updateOf(fork: Run, query: UpdateQuery, now: () => number): Promise<OneUpdate> {
  const step = stepsDone(fork);
  const context = contextOf(fork, now);
  const result = await wholeStep(context, fork.nextStep);
  const [before, after] = [await readGroup(fork, query, beforeSlot), await readGroup(fork, query, policySlot)];
  const found = groupIn(result, query);
  const { pushes, moved, leavesOut } = await pushesOf(fork, context, result);
  const { columns } = result.batch;
  const start = fork.tokenizer.encodePrompt(query.prompt).length - 1;
  const kls = after.distributions.map((p, i) => klBetween(p, before.distributions[i] as Float32Array));
  return {
    step,
    completions: query.completions.map((ids, i) => {
      const own = (numbers: Float64Array): number[] => {
        const from = ((found?.first ?? 0) + i) * columns + start;
        return ids.map((_, t) => (found ? (numbers[from + t] ?? 0) : 0));
      };
      return {
        advantage: found?.report.completions[i]?.advantage ?? null,
        pushes: own(pushes),
        moved: Object.fromEntries(Object.entries(moved).map(([id, change]) => [id, own(change)])),
        before: before.logProbs[i] as number,
        after: after.logProbs[i] as number,
      };
    }),
    klMoved: sum(kls) / Math.max(1, kls.length),
    gradNorm: result.metrics.grad_norm ?? 0,
    settings: result.settings,
    leavesOut,
  };
}

/**
 * The next step under `query.config`, on a fork. UsageError for an algorithm that this run cannot take, and for a field
 * that may not differ. The caller has the learner of the run to itself meanwhile.
 */
export async function oneUpdate(
  run: Run,
  environment: TrainerEnvironment,
  query: UpdateQuery,
  now: () => number,
): Promise<OneUpdate> {
  assert(query.completions.length > 0, 'completions: at least one is needed');
  const fork = await forkOf(run, environment, query.config);
  try {
    return await updateOf(fork, query, now);
  } finally {
    await fork.learner.dispose();
  }
}
