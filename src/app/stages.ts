/** @file The stages of a configuration as fields of the editor, and of a run as the strip above its charts. */
import { stagesOf, type WholeStage } from '../rl/algorithm/stages.ts';
import { writeStageWords } from '../rl/algorithm/stageWords.ts';
import type { TrainConfig } from '../rl/config/config.ts';
import { algorithmById } from '../rl/papers/index.ts';
import type { Row } from '../ui/charts/series.ts';
import type { StageView } from '../ui/stages/StageEditor.tsx';
import type { StripStage } from '../ui/stages/StageStrip.tsx';
import { stageWords } from '../ui/stages/words.ts';

/** Differences of a stage that have no field of their own, as words. */
function moreOf(stage: WholeStage): string {
  const { algorithm: _, steps: __, reference: ___, start: ____, stop: _____, ...more } = stage;
  return writeStageWords([more]);
}

/** The fields of each stage. */
export const stageViews = (config: TrainConfig): readonly StageView[] =>
  stagesOf(config).map((stage) => ({
    algorithm: stage.algorithm ?? '',
    steps: stage.steps,
    reference: stage.reference ?? 0,
    start: stage.start ?? null,
    stop: stage.stop
      ? { kind: stage.stop.kind, number: stage.stop.kind === 'accuracy' ? stage.stop.at : stage.stop.evaluations }
      : null,
    more: moreOf(stage),
  }));

/** Demonstrations first, then the training of the settings with its length. */
export const firstStages = ({ maxSteps }: Pick<TrainConfig, 'maxSteps'>): readonly StageView[] => [
  { algorithm: 'sft', steps: 20, reference: 0, start: null, stop: null, more: '' },
  { algorithm: '', steps: maxSteps, reference: 0, start: null, stop: null, more: '' },
];

/** Stages in text form, of their fields. */
export const wordsOfViews = (views: readonly StageView[]): string =>
  views
    .map(({ algorithm, steps, reference, start, stop, more }) =>
      [
        algorithm,
        `steps=${steps}`,
        reference > 0 ? `reference=${reference}` : '',
        start === null ? '' : `start=${start}`,
        stop ? `stop=${stop.kind}:${stop.number}` : '',
        more,
      ]
        .filter((word) => word !== '')
        .join(' '),
    )
    .join('; ');

/** The step, from 1, at which each stage began, in the rows of a run. */
export function stageStarts(rows: readonly Row[]): readonly number[] {
  const starts: number[] = [];
  for (const { step, values } of rows) if (values.stage !== undefined) starts[values.stage - 1] ??= step;
  return starts;
}

function notesOf(stage: WholeStage): string[] {
  const { reference = 0, start, stop } = stage;
  const more = moreOf(stage);
  return [
    ...(start === undefined ? [] : [stageWords.beginsWith(start)]),
    ...(reference > 0 ? [stageWords.refersTo(reference)] : []),
    ...(stop?.kind === 'accuracy' ? [stageWords.until.accuracy(stop.at)] : []),
    ...(stop?.kind === 'plateau' ? [stageWords.until.plateau(stop.evaluations)] : []),
    ...(more === '' ? [] : [more]),
  ];
}

/** The stages of a run at `step`; `starts` as from `stageStarts`. */
export function stripOf(
  config: TrainConfig,
  starts: readonly number[],
  step: number,
  isOver: boolean,
): readonly StripStage[] {
  return stagesOf(config).map((stage, i) => {
    const [begun, next] = [starts[i], starts[i + 1]];
    const done = begun === undefined ? 0 : (next ?? step + 1) - begun;
    const isDone = next !== undefined || (begun !== undefined && isOver);
    return {
      title: algorithmById(stage.algorithm ?? config.algorithm).title,
      done,
      steps: stage.steps,
      state: isDone ? 'done' : begun === undefined ? 'waiting' : 'running',
      notes: notesOf(stage),
    };
  });
}
