/** @file Accuracy of a policy on a task's fixed problems: sampled, greedy, pass@k, and by method. */
import { type LoraConfig, loraTargets } from '../src/policy/loraConfig.ts';
import { tokenizerFrom } from '../src/policy/checkpoint.ts';
import { evaluate } from '../src/rl/run/evaluate.ts';
import type { EvaluationReport } from '../src/rl/run/trainer.ts';
import { taskById } from '../src/tasks/index.ts';
import type { Split } from '../src/tasks/task.ts';
import { createNodeSandbox } from '../src/worker/nodeSandbox.ts';
import { type CliBackend, createLearner, type LoadedPolicy } from './environment.ts';
import { baseSlot, policySlot } from '../src/rl/words/slots.ts';
import { checkFit } from '../src/rl/run/ownFit.ts';
import { withChats } from '../src/rl/words/chats.ts';
import { lengthsOf } from '../src/rl/words/lengths.ts';

export interface MeasureRequest {
  readonly policy: LoadedPolicy;
  readonly task: string;
  readonly difficulty: number;
  readonly split: Split;
  readonly problems: number;
  readonly samples: number;
  /** Seed of the sampling. */
  readonly seed: number;
  readonly backend: CliBackend;
  readonly workers: number;
  /** The tuned adapter; without it the base is measured. */
  readonly adapter?: { readonly flat: Float32Array; readonly lora: LoraConfig };
}

export interface Measurement extends EvaluationReport {
  /** Includes pass@1, which is the accuracy. */
  readonly passAtK: Readonly<Record<string, number>>;
}

export const SHARD = 32;
/** A base is sampled with a zero adapter of the smallest size. */
export const smallestLora: LoraConfig = { rank: 1, alpha: 1, targets: [...loraTargets] };

/** Measures on the first `problems` fixed problems of the split. */
export async function measure(request: MeasureRequest): Promise<Measurement> {
  const { policy, difficulty, split, problems, samples, seed, adapter } = request;
  const task = taskById(request.task);
  checkFit(task, policy.checkpoint, difficulty);
  const tokenizer = withChats(tokenizerFrom(policy.checkpoint.tokenizer), task);
  const lengths = lengthsOf(task, difficulty, tokenizer);
  const spec = {
    checkpoint: policy.bytes,
    slots: { [policySlot]: { set: { kind: 'lora' as const, lora: adapter?.lora ?? smallestLora } } },
    shardSize: SHARD,
    ...lengths,
  };
  const learner = await createLearner(spec, seed, request.backend, request.workers);
  const sandbox = createNodeSandbox();
  try {
    const { [policySlot]: fresh } = await learner.state();
    if (adapter && fresh) await learner.restore({ [policySlot]: { ...fresh, parameters: adapter.flat } });
    const { correctPerProblem: _, ...report } = await evaluate(
      { learner, tokenizer, task, sandbox },
      {
        split,
        levels: [difficulty],
        rewardWeights: {},
        beta: 0,
        problems,
        samplesPerProblem: samples,
        ...lengths,
        key: [seed],
        slot: adapter ? policySlot : baseSlot,
        step: 0,
      },
    );
    return { ...report, passAtK: report.passAtK ?? { 1: report.sampled } };
  } finally {
    sandbox.dispose();
    await learner.dispose();
  }
}
