/** @file The stages of an open run: where it stands among them, when one ends, and the step to the next. */
import { assert, present } from '../../lib/assert.ts';
import { stageConfig } from '../algorithm/stages.ts';
import { CHECKPOINT_EVERY, type TrainConfig } from '../config/config.ts';
import { copyOfState, type LearnerState } from '../learner/state.ts';
import type { Memory } from '../words/memory.ts';
import { policySlot } from '../words/slots.ts';
import { endSlot } from './heldSlots.ts';
import type { Run } from './run.ts';
import type { EvaluationReport, StageReport } from './trainer.ts';

/** What ended a stage. */
export type StageEnd = 'steps' | 'accuracy' | 'plateau';

/** The stage, from 0, and the number of steps before it, as the memory keeps them. */
export const stageIn = ({ stage: index = 0, stage_begun: begun = 0 }: Memory): StageReport => ({ index, begun });

/** Steps of the run, all stages together. */
export const stepsDone = ({ memory, nextStep }: Pick<Run, 'memory' | 'nextStep'>): number =>
  stageIn(memory).begun + nextStep;

const stopOf = ({ whole, memory }: Run) => whole.stages?.[stageIn(memory).index]?.stop;

/** What ended the stage, null before its end. */
export function stageEnd(run: Run): StageEnd | null {
  const stop = stopOf(run);
  if (stop && run.memory.stage_over === 1) return stop.kind;
  return run.nextStep >= run.config.maxSteps ? 'steps' : null;
}

export const isLastStage = ({ whole, memory }: Run): boolean =>
  stageIn(memory).index >= (whole.stages?.length ?? 1) - 1;

export const isFinished = (run: Run): boolean => isLastStage(run) && stageEnd(run) !== null;

/** Whether the rule of the stage is judged after the step just committed. */
export const isJudged = (run: Run): boolean =>
  stopOf(run) !== undefined && run.nextStep % (run.config.evalEvery || CHECKPOINT_EVERY) === 0;

/** Judges the rule of the stage by an evaluation; the outcome is in the memory, so that a resumed run has it. */
export function judge(run: Run, { sampled }: Pick<EvaluationReport, 'sampled'>): void {
  const stop = stopOf(run);
  const { stage_best: best = -1, stage_waited: before = 0 } = run.memory;
  const waited = sampled > best ? 0 : before + 1;
  const isOver = stop?.kind === 'accuracy' ? sampled >= stop.at : waited >= (stop?.evaluations ?? Infinity);
  run.memory = {
    ...run.memory,
    stage_best: Math.max(best, sampled),
    stage_waited: waited,
    ...(isOver ? { stage_over: 1 } : {}),
  };
}

/** Gives the run the parts of stage `index` with a fresh state; its counters stay. The run is as it was if this fails. */
async function enter(run: Run, index: number): Promise<void> {
  const { whole, learner } = run;
  const stage = await run.openStage(whole, index);
  Object.assign(run, stage, { kept: [], written: [], pinned: null });
  await learner.dispose();
}

/** The fresh state of a stage with the adapter that it begins with; the optimizer and a critic begin anew. */
function handedOn(
  fresh: LearnerState,
  before: LearnerState,
  of: Pick<Run, 'adapterSize' | 'held' | 'whole'>,
  index: number,
) {
  const state = copyOfState(fresh);
  const adapter = present(before[policySlot], 'the policy').parameters.subarray(0, of.adapterSize);
  const { start = index } = present(of.whole.stages?.[index], `stage ${index + 1}`);
  const begun = start === index ? adapter : before[endSlot(start)]?.parameters;
  if (start > 0) present(state[policySlot], 'the policy').parameters.set(present(begun, `the end of stage ${start}`));
  for (const slot of of.held.slots)
    present(state[slot], slot).parameters.set(
      slot === endSlot(index) ? adapter : present(before[slot], slot).parameters,
    );
  return state;
}

/** Moves a run whose stage is over to the beginning of the next. */
export async function enterNextStage(run: Run): Promise<void> {
  const before = await run.learner.state();
  const [index, begun] = [stageIn(run.memory).index + 1, stepsDone(run)];
  await enter(run, index);
  await run.learner.restore(handedOn(await run.learner.state(), before, run, index));
  run.memory = { stage: index, stage_begun: begun };
  run.nextStep = 0;
}

/** Gives the run the parts of the stage that this memory is of; calls `move`, and goes back if that fails. */
export async function inStageOf(run: Run, memory: Memory, move: () => Promise<void>): Promise<void> {
  const [from, to] = [stageIn(run.memory).index, stageIn(memory).index];
  if (from === to) return move();
  assert(to < (run.whole.stages?.length ?? 1), `snapshot: it is of stage ${to + 1}, which the run does not have`);
  const state = copyOfState(await run.learner.state());
  const { kept } = run;
  await enter(run, to);
  try {
    await move();
  } catch (error) {
    await enter(run, from);
    await run.learner.restore(state);
    run.kept = kept;
    throw error;
  }
}

/** Puts other settings into effect from the next step on. */
export function reconfigure(run: Run, whole: TrainConfig): void {
  const { shardSize } = run.config;
  run.whole = whole;
  run.config = whole.stages ? { ...stageConfig(whole, stageIn(run.memory).index), shardSize } : whole;
}
