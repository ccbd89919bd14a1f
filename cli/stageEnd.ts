/** @file The policy of a run at the end of a stage: its adapter, and its figures on held-out problems. */
import { adapterLayout } from '../src/policy/lora.ts';
import { loraOf, trainsAll } from '../src/rl/algorithm/configured.ts';
import { stageConfig } from '../src/rl/algorithm/stages.ts';
import type { LocalTrainer } from '../src/rl/run/localTrainer.ts';
import type { EvaluationReport } from '../src/rl/run/trainer.ts';
import { figuresOn } from './ood.ts';
import type { StageResult } from './stageResult.ts';
import type { RunRequest } from './trainRequest.ts';

/** The adapter among the numbers of a run's policy: without the critic, which comes last. */
export const withoutCritic = (numbers: Float32Array, { config, policy }: RunRequest): Float32Array =>
  trainsAll(config) ? numbers : numbers.slice(0, adapterLayout(policy.checkpoint.config, loraOf(config)).size);

/** The policy at the end of the trainer's stage, which `index` counts from 0. */
export async function stageResult(
  trainer: LocalTrainer,
  request: RunRequest,
  { step, ...evaluation }: EvaluationReport,
  before: readonly StageResult[],
): Promise<StageResult> {
  const { index, ended } = trainer.stage();
  const { algorithm, task, difficulty } = stageConfig(request.config, index);
  const { sampled, interval, greedy, methods, meanLength, passAtK, distinct, levels, exact } = evaluation;
  const { ood: sets = [], evalProblems: problems, evalSamples: samples, ...rest } = request;
  const adapter = withoutCritic(await trainer.adapter(), request);
  const ood = [];
  for (const set of sets) ood.push({ ...set, ...(await figuresOn(set, { ...rest, problems, samples, adapter })) });
  return {
    algorithm,
    task,
    difficulty,
    sampled,
    interval,
    greedy,
    methods,
    meanLength,
    ...(passAtK ? { passAtK } : {}),
    ...(distinct === undefined ? {} : { distinct }),
    ...(levels ? { levels } : {}),
    ...(exact ? { exact } : {}),
    ...(ood.length > 0 ? { ood } : {}),
    steps: step - before.reduce((sum, { steps }) => sum + steps, 0),
    ended: ended ?? 'steps',
  };
}
