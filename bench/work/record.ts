/** @file Whole steps of the default preset as they happened on Node: states, prompts, uniform numbers and results. */
import { type LoadedPolicy, nodeEnvironment } from '../../cli/environment.ts';
import { present } from '../../src/lib/assert.ts';
import type { Learner } from '../../src/rl/learner/learner.ts';
import type { SlotState } from '../../src/rl/learner/state.ts';
import { LocalTrainer, type TrainerEnvironment } from '../../src/rl/run/localTrainer.ts';
import type { StepReport } from '../../src/rl/run/trainer.ts';
import type { RolloutBatch } from '../../src/rl/trajectory/tokens.ts';
import { policySlot } from '../../src/rl/words/slots.ts';
import { stepConfig } from './spec.ts';
import { STEPS } from './steps.ts';

export interface RecordedStep {
  readonly rollout: RolloutBatch;
  readonly answers: readonly string[];
  readonly rates: Parameters<Learner['update']>[0];
  readonly report: StepReport;
}

export interface Recording {
  /** The policy's slot before the first recorded step and after it. */
  readonly before: SlotState;
  readonly after: SlotState;
  readonly steps: readonly RecordedStep[];
  readonly lengths: { readonly promptLength: number; readonly completionLength: number };
}

type Call = { readonly name: string; readonly args: readonly unknown[] };

/** The learner, with a copy of every call's arguments kept: the trainer appends to the prompts it passes. */
function observed(learner: Learner, calls: Call[]): Learner {
  return new Proxy(learner, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name);
      if (typeof found !== 'function') return found;
      return (...args: unknown[]) => {
        calls.push({ name: String(name), args: structuredClone(args) });
        return Reflect.apply(found, target, args) as unknown;
      };
    },
  });
}

const last = <T>(calls: readonly Call[], name: string): T =>
  present(calls.findLast((call) => call.name === name)?.args[0], `a call of ${name}`) as T;

/** Trains the first steps of the preset on one lane and keeps those of `STEPS`. */
export async function recordSteps(policy: LoadedPolicy): Promise<Recording> {
  const calls: Call[] = [];
  const plain = nodeEnvironment(policy);
  let lengths = { promptLength: 0, completionLength: 0 };
  const environment: TrainerEnvironment = {
    ...plain,
    async createLearner(spec, ...rest) {
      lengths = { promptLength: spec.promptLength, completionLength: spec.completionLength };
      const made = await plain.createLearner(spec, ...rest);
      return { ...made, learner: observed(made.learner, calls) };
    },
  };
  const trainer = new LocalTrainer(environment);
  const state = async () => present((await trainer.snapshot()).state[policySlot], policySlot);
  try {
    await trainer.open(stepConfig(), { backend: 'node', workers: 1 });
    for (let step = 0; step < STEPS.first; step++) await trainer.step();
    const before = await state();
    let after = before;
    const steps: RecordedStep[] = [];
    for (let i = 0; i < STEPS.count; i++) {
      calls.length = 0;
      const report = await trainer.step();
      if (i === 0) after = await state();
      const answers = report.groups.map(({ answer }) => answer);
      steps.push({ rollout: last(calls, 'sample'), answers, rates: last(calls, 'update'), report });
    }
    return { before, after, steps, lengths };
  } finally {
    await trainer.dispose();
  }
}
