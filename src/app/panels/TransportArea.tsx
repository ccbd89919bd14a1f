/** @file The transport, wired to the run. */
import { useMemo } from 'react';
import type { Row } from '../../ui/charts/series.ts';
import { FEWEST_STEPS } from '../../ui/debrief/view.ts';
import { useHidden } from '../../ui/Hideable.tsx';
import type { StepTime } from '../../ui/transport/TimeBar.tsx';
import { Transport } from '../../ui/transport/Transport.tsx';
import { text } from '../../ui/text.ts';
import type { Library, LibraryState } from '../stores/library.ts';
import type { RunState } from '../stores/runStore.ts';
import type { Session } from '../stores/session.ts';
import type { SettingsState } from '../stores/settingsState.ts';
import { askDebrief, askedOf, debriefAsked, momentOf, openPart } from '../stores/viewStore.ts';
import { targetReached } from '../stores/target.ts';
import { useSampled, useStore } from '../useSampled.ts';

const statusOf = (state: RunState) => state.status;
const armedOf = (state: RunState) => state.armed;
const stepOf = (state: RunState) => state.step;
const speedOf = (state: RunState) => state.tokensPerSecond;
const lastRowOf = (state: RunState) => state.rows.findLast((row) => 'step_time' in row.values);
const rowsOf = (state: RunState) => state.rows;
const keyOf = (state: RunState) => state.key;
const configOf = (state: SettingsState) => state.config;
const ownConfigOf = ({ step, config }: RunState) => (step > 0 ? config : null);

function stepTime(row: Row | undefined): StepTime | null {
  const total = row?.values['step_time'];
  if (!row || total === undefined) return null;
  const part = (name: string) => row.values[name] ?? null;
  return { total, rollout: part('time/rollout'), score: part('time/score'), update: part('time/update') };
}

/** Steps between two sentences for screen readers. */
const SPOKEN = 10;

/** The newest tenth step in words; empty before it. */
function spokenOf(rows: readonly Row[], total: number): string {
  const row = rows.findLast(({ step, values }) => step > 0 && step % SPOKEN === 0 && 'reward' in values);
  return row ? text.transport.spoken(row.step, total, row.values['reward'] ?? NaN, row.values['kl_exact'] ?? NaN) : '';
}

/** A note if steps of a paused run are not stored yet. */
function unkeptOf(key: string) {
  return ({ status, saved }: LibraryState): string | null => {
    if (status === 'refused' || status === 'unloaded') return text.runs.paused[status];
    const steps = saved?.id === key ? saved.steps : null;
    if (status === 'broken') return text.runs.paused.broken(steps);
    return status === 'full' ? text.runs.paused.full(steps) : null;
  };
}

export function TransportArea({ session, library }: { readonly session: Session; readonly library: Library }) {
  const { run, settings } = session;
  const lastRow = useSampled(run, lastRowOf, 20);
  const time = useMemo(() => stepTime(lastRow), [lastRow]);
  const rows = useSampled(run, rowsOf, 200);
  // Before its first step a run follows the settings; afterwards it has its own.
  const set = useStore(settings, configOf);
  const { maxSteps, seed } = useStore(run, ownConfigOf) ?? set;
  const step = useStore(run, stepOf);
  const spoken = useMemo(() => spokenOf(rows, maxSteps), [rows, maxSteps]);
  const moment = useStore(run, momentOf);
  const isAsked = useStore(debriefAsked, askedOf) === moment;
  const hasDebrief = !useHidden().has('debrief') && !isAsked && step >= FEWEST_STEPS;
  const target = useMemo(() => targetReached(rows), [rows]);
  return (
    <Transport
      status={useStore(run, statusOf)}
      armed={useStore(run, armedOf)}
      step={step}
      totalSteps={Math.max(step, maxSteps)}
      main={useStore(openPart).main}
      moreSteps={session.moreSteps()}
      tokensPerSecond={useSampled(run, speedOf, 20)}
      time={time}
      seed={seed}
      target={target}
      spoken={spoken}
      unkept={useStore(library, unkeptOf(useStore(run, keyOf)))}
      onDebrief={hasDebrief ? () => askDebrief(moment) : null}
      onTrain={() => void session.toggle()}
      onPause={() => void session.toggle()}
      onStep={() => void session.step()}
      onReset={() => void session.reset()}
    />
  );
}
