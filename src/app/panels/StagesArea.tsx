/** @file The stages, wired: the editor to the settings, the strip to the run. */
import type { ReadableStore } from '../../lib/readableStore.ts';
import { scheduleSteps } from '../../rl/words/schedule.ts';
import { StageEditor } from '../../ui/stages/StageEditor.tsx';
import { StageStrip } from '../../ui/stages/StageStrip.tsx';
import { firstStages, stageStarts, stageViews, stripOf, wordsOfViews } from '../stages.ts';
import type { ViewContext } from '../settingViews.ts';
import type { RunState } from '../stores/runStore.ts';
import type { Session } from '../stores/session.ts';
import { drawPeriod, useSampled } from '../useSampled.ts';
import { algorithmChoices } from './algorithmChoices.ts';

export function StagesEditor({ session, context }: { readonly session: Session; readonly context: ViewContext }) {
  const { config, errors } = context.settings;
  return (
    <StageEditor
      stages={stageViews(config)}
      first={firstStages(config)}
      algorithms={algorithmChoices}
      stepRange={scheduleSteps}
      error={errors.stages}
      onChange={(views) => session.settings.setStages(wordsOfViews(views))}
    />
  );
}

const runOf = (state: RunState) => state;

export function StagesOfRun({ run }: { readonly run: ReadableStore<RunState> }) {
  const { config, rows, step, status } = useSampled(run, runOf, drawPeriod / 2);
  return config?.stages ? (
    <StageStrip stages={stripOf(config, stageStarts(rows), step, status === 'finished')} />
  ) : null;
}
