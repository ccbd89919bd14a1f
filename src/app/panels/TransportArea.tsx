/** @file The transport, wired to the run. */
import { useMemo } from 'react';
import type { Row } from '../../ui/charts/series.ts';
import type { StepTime } from '../../ui/transport/TimeBar.tsx';
import { Transport } from '../../ui/transport/Transport.tsx';
import type { RunState } from '../stores/runStore.ts';
import type { Session } from '../stores/session.ts';
import type { SettingsState } from '../stores/settingsStore.ts';
import { useSampled, useStore } from '../useSampled.ts';

const statusOf = (state: RunState) => state.status;
const armedOf = (state: RunState) => state.armed;
const stepOf = (state: RunState) => state.step;
const speedOf = (state: RunState) => state.tokensPerSecond;
const lastRowOf = (state: RunState) => state.rows.findLast((row) => 'step_time' in row.values);
const totalOf = (state: SettingsState) => state.config.maxSteps;
const seedOf = (state: SettingsState) => state.config.seed;

function stepTime(row: Row | undefined): StepTime | null {
  const total = row?.values['step_time'];
  if (!row || total === undefined) return null;
  const part = (name: string) => row.values[name] ?? null;
  return { total, rollout: part('time/rollout'), score: part('time/score'), update: part('time/update') };
}

export function TransportArea({ session }: { readonly session: Session }) {
  const { run, settings } = session;
  const lastRow = useSampled(run, lastRowOf, 20);
  const time = useMemo(() => stepTime(lastRow), [lastRow]);
  return (
    <Transport
      status={useStore(run, statusOf)}
      armed={useStore(run, armedOf)}
      step={useStore(run, stepOf)}
      totalSteps={useStore(settings, totalOf)}
      moreSteps={session.moreSteps()}
      tokensPerSecond={useSampled(run, speedOf, 20)}
      time={time}
      seed={useStore(settings, seedOf)}
      onTrain={() => void session.toggle()}
      onPause={() => void session.toggle()}
      onStep={() => void session.step()}
      onReset={() => void session.reset()}
    />
  );
}
