/** @file Exhibits of the charts of fake runs: none, one, six, and one beside a recorded run with more steps. */
import { createStore } from 'zustand/vanilla';
import { present } from '../lib/assert.ts';
import { defaultConfig } from '../rl/config/config.ts';
import { tasks } from '../tasks/index.ts';
import type { Row } from '../ui/charts/series.ts';
import { Exhibit } from './Exhibit.tsx';
import { fakeKeptRun, fakeStep } from '../app/fixture/fakeRun.ts';
import { FakeTrainer } from '../app/fixture/fakeTrainer.ts';
import { ChartsArea } from '../app/panels/ChartsArea.tsx';
import { noComparison, type ComparisonState } from '../app/stores/comparison.ts';
import { withStep } from '../app/stores/history.ts';
import { emptyLibrary, type LibraryState } from '../app/stores/libraryState.ts';
import type { RecordedState } from '../app/stores/recorded.ts';
import { emptyRun, type RunState } from '../app/stores/runState.ts';
import { createRunStore } from '../app/stores/runStore.ts';
import styles from './gallery.module.css';

const task = present(tasks[0], 'a task');
const config = { ...defaultConfig, maxSteps: 200 };
const ignore = () => undefined;

const madeRows = (seed: number, steps: number) =>
  Array.from({ length: steps }, (_, index) => fakeStep({ ...config, seed }, task, index + 1)).reduce<readonly Row[]>(
    withStep,
    [],
  );

/** The page follows the run. */
export const following = {
  ...createStore<{ readonly step: number | null }>(() => ({ step: null })),
  reader: async () => null,
};
const noArms = createStore<ComparisonState>(() => noComparison);

/** A run store whose run is never opened. */
export const idleRun = () =>
  createRunStore(() => {
    const trainer = new FakeTrainer(tasks);
    return { trainer, listen: trainer.listen, terminate: ignore };
  });

interface ChartsProps {
  readonly steps: number;
  readonly beside?: number;
  /** Drawn steps of a recorded run. */
  readonly recorded?: number;
}

function Charts({ steps, beside = 0, recorded = 0 }: ChartsProps) {
  const run = createStore<RunState>(() => ({ ...emptyRun, rows: madeRows(1, steps) }));
  const ids = Array.from({ length: beside }, (_, index) => String(index + 2));
  const library = createStore<LibraryState>(() => ({
    ...emptyLibrary,
    shown: ids,
    rows: Object.fromEntries(ids.map((id) => [id, madeRows(Number(id), steps)])),
    runs: ids.map((id) => ({ ...fakeKeptRun(config), id, name: `run ${id}`, color: Number(id) - 1, steps })),
  }));
  const tape = createStore<RecordedState>(() => ({
    run: recorded > 0 ? { date: '2026-01-02', seed: 9 } : null,
    rows: madeRows(9, recorded),
    shown: recorded,
    scene: null,
    everywhere: true,
  }));
  return (
    <div className={styles.charts}>
      <ChartsArea run={run} viewing={following} library={library} comparison={noArms} tape={tape} task={task} />
    </div>
  );
}

export function MadeUpCharts() {
  return (
    <>
      <Exhibit name="Charts: empty">
        <Charts steps={0} />
      </Exhibit>
      <Exhibit name="Charts: recorded">
        <Charts steps={0} recorded={100} />
      </Exhibit>
      <Exhibit name="Charts: a recorded run ahead">
        <Charts steps={40} recorded={100} />
      </Exhibit>
      <Exhibit name="Charts: 200 steps">
        <Charts steps={200} />
      </Exhibit>
      <Exhibit name="Charts: six runs">
        <Charts steps={200} beside={5} />
      </Exhibit>
    </>
  );
}
