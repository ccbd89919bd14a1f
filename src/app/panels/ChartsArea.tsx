/** @file The middle column: each chart reads the run at its own moment. */
import { memo, useMemo } from 'react';
import type { Task } from '../../tasks/task.ts';
import { ChartPanel } from '../../ui/charts/ChartPanel.tsx';
import { text } from '../../ui/text.ts';
import { chartsOf, type ChartSpec } from '../chartSpecs.ts';
import type { RunState, RunStore } from '../stores/runStore.ts';
import { drawPeriod, useSampled } from '../useSampled.ts';
import styles from '../App.module.css';

const rowsOf = (state: RunState) => state.rows;
/** More charts than this are never on screen together. */
const SLOTS = 7;

const SampledChart = memo(function SampledChart({ run, spec, place }: { readonly run: RunStore; readonly spec: ChartSpec; readonly place: number }) {
  const rows = useSampled(run, rowsOf, ((place % SLOTS) * drawPeriod) / SLOTS);
  const { size, ...props } = spec;
  return (
    <div className={styles.slot} data-size={size}>
      <ChartPanel {...props} rows={rows} lastStep={rows.at(-1)?.step ?? 0} />
    </div>
  );
});

export function ChartsArea({ run, task }: { readonly run: RunStore; readonly task: Task | undefined }) {
  const { main, more } = useMemo(() => chartsOf(task), [task]);
  return (
    <div className={styles.chartGrid} id="charts" role="region" aria-label={text.charts.name} tabIndex={-1}>
      {main.map((spec, place) => <SampledChart key={spec.id} run={run} spec={spec} place={place} />)}
      <h2 className={styles.more}>{text.charts.more}</h2>
      {more.map((spec, place) => <SampledChart key={spec.id} run={run} spec={spec} place={main.length + place} />)}
    </div>
  );
}
