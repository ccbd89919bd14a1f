/** @file Read-outs at the end of each stage of a run. */
import { z } from 'zod';
import { UsageError } from '../src/lib/assert.ts';
import { readStages } from '../src/rl/algorithm/stages.ts';
import { readStageList, readStageWords } from '../src/rl/algorithm/stageWords.ts';
import type { TrainConfig } from '../src/rl/config/config.ts';
import type { EvaluationReport } from '../src/rl/run/trainer.ts';
import { readInput } from './environment.ts';
import type { StageEnd } from '../src/rl/run/stages.ts';
import { optionalText } from './flags.ts';
import type { OodFigures, OodSet } from './ood.ts';

/** The policy at the end of a stage on held-out problems of its task; shares of completions. */
export interface StageResult extends Pick<
  EvaluationReport,
  'sampled' | 'interval' | 'greedy' | 'methods' | 'meanLength' | 'passAtK' | 'distinct' | 'levels' | 'exact'
> {
  readonly algorithm: string;
  readonly task: string;
  readonly difficulty: number;
  /** Steps of the stage, and what ended it. */
  readonly steps: number;
  readonly ended: StageEnd;
  /** On problems that the run does not train on. */
  readonly ood?: readonly (OodSet & OodFigures)[];
}

export const stagesFlag = optionalText(
  'Trainings that follow each other, each with its differences from the flags; the adapter is handed on and the optimizer begins anew. Also: reference=STAGE (0: the base) for KL penalties, pairs and stored rollouts, and stop=accuracy:SHARE or stop=plateau:EVALUATIONS. A file holds the same words as a JSON list.',
  'FILE.json or "sft steps=20; grpo steps=60 reference=1"',
  'one training with the flags',
);

/** The configuration with the stages of the flag. UsageError that names file, stage and field. */
export function stagedConfig(config: TrainConfig, flag: string): TrainConfig {
  const isFile = flag.endsWith('.json');
  try {
    return readStages(config, isFile ? readStageList(jsonAt(flag)) : readStageWords(flag));
  } catch (cause) {
    if (cause instanceof UsageError)
      throw new UsageError(`--stages: ${isFile ? `${flag}: ` : ''}${cause.message}`, { cause });
    throw cause;
  }
}

function jsonAt(path: string): unknown {
  const text = new TextDecoder().decode(readInput('--stages', path));
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`no JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

const interval = z.tuple([z.number(), z.number()]);
const byName = z.record(z.string(), z.number());

/** Stage results as claims and saved runs read them. */
export const stageResultsSchema = z.array(
  z.looseObject({
    algorithm: z.string(),
    task: z.string(),
    difficulty: z.number().int(),
    steps: z.number().int().min(0),
    ended: z.enum(['steps', 'accuracy', 'plateau']),
    sampled: z.number(),
    interval,
    greedy: z.number(),
    methods: z.record(z.string(), z.looseObject({ share: z.number() })),
    meanLength: z.number(),
    passAtK: byName.optional(),
    distinct: z.number().optional(),
    ood: z
      .array(
        z.looseObject({
          task: z.string(),
          difficulty: z.number().int(),
          sampled: z.number(),
          interval,
          greedy: z.number(),
        }),
      )
      .optional(),
  }),
);
