/** @file The debrief from the rows of a run at rest: loaded when the first is shown. */
import { useMemo } from 'react';
import type { TrainConfig } from '../../rl/config/config.ts';
import type { Task } from '../../tasks/task.ts';
import { DebriefPanel, type DebriefPanelProps } from '../../ui/debrief/DebriefPanel.tsx';
import type { NextStep } from '../../ui/debrief/view.ts';
import type { Row } from '../../ui/charts/series.ts';
import { debriefOf } from '../debrief.ts';
import { nextStepAfter } from '../nextStep.ts';
import { lessonProgress } from '../views/lessonProgress.ts';

export interface DebriefResultProps extends Omit<DebriefPanelProps, 'debrief' | 'onNext'> {
  readonly rows: readonly Row[];
  readonly config: TrainConfig;
  readonly preset: string;
  readonly task: Task;
  /** Steps that Train would add. */
  readonly moreSteps: number;
  readonly onNext: (next: NextStep) => void;
}

export function DebriefResult({ rows, config, preset, task, moreSteps, onNext, ...panel }: DebriefResultProps) {
  const found = useMemo(() => debriefOf(rows, task, config), [rows, task, config]);
  if (!found) return null;
  const next = nextStepAfter(found, { config, preset, moreSteps, isOpened: (id) => lessonProgress.of(id).step > 0 });
  return <DebriefPanel {...panel} debrief={{ ...found, next }} onNext={() => onNext(next)} />;
}
