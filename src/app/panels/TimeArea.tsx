/** @file The time bar, wired to the viewed step. */
import { StepBar, type StepBarProps } from '../../ui/transport/StepBar.tsx';
import { Hideable } from '../../ui/Hideable.tsx';
import type { RunState, RunStore } from '../stores/runStore.ts';
import { pastOf, reportOf, stands, type ViewedState, type Viewing } from '../stores/viewing.ts';
import { useStore } from '../useSampled.ts';

const all = (state: ViewedState) => state;
const whole = (state: RunState) => state;
const stepOf = (state: RunState) => state.step;
const bytesOf = ({ info }: RunState) => info?.policy.bytes ?? 0;
const isTrainingOf = ({ status }: RunState) => status === 'running';

function stateOf(step: number | null, past: RunState): StepBarProps['state'] {
  if (step === null) return 'live';
  if (past.error) return 'failed';
  if (past.status === 'loading' && past.info === null) return 'loading';
  if (past.replaying) return 'rebuilding';
  return stands(past, step) ? 'standing' : 'moving';
}

interface TimeAreaProps {
  readonly run: RunStore;
  readonly viewing: Viewing;
}

function Bar({ run, viewing }: TimeAreaProps) {
  const view = useStore(viewing, all);
  const { step, checkpoints } = view;
  const newest = useStore(run, stepOf);
  const isTraining = useStore(run, isTrainingOf);
  const behind = useStore(pastOf(view), whole);
  return (
    <StepBar
      step={step}
      newest={newest}
      state={stateOf(step, behind)}
      // Until the trainer turns round, the progress belongs to the step viewed before.
      replay={behind.replay?.target === step ? behind.replay : null}
      error={behind.error?.message ?? null}
      bytes={useStore(run, bytesOf)}
      isTraining={isTraining}
      checkpoints={checkpoints}
      // The newest step is that of the run, unless its completions went with a reload.
      onLook={(to) => viewing.look(to === newest && reportOf(newest, run.getState()) ? null : to)}
    />
  );
}

export const TimeArea = (props: TimeAreaProps) => (
  <Hideable name="time">
    <Bar {...props} />
  </Hideable>
);
