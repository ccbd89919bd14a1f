/** @file The gallery's charts of made-up runs: none, one, six, and one that a recorded run is ahead of. */
import { createStore } from 'zustand/vanilla';
import { present } from '../lib/assert.ts';
import { defaultConfig } from '../rl/config/config.ts';
import { tasks } from '../tasks/index.ts';
import type { Row } from '../ui/charts/series.ts';
import { Exhibit } from './Exhibit.tsx';
import { fakeKeptRun, fakeStep } from './fixture/fakeRun.ts';
import { FakeTrainer } from './fixture/fakeTrainer.ts';
import { memoryHost } from './fixture/memoryDatabase.ts';
import { ChartsArea } from './panels/ChartsArea.tsx';
import { noComparison, type ComparisonState } from './stores/comparison.ts';
import { withStep } from './stores/history.ts';
import { createLibrary } from './stores/library.ts';
import type { RecordedState } from './stores/recorded.ts';
import { createRunStore } from './stores/runStore.ts';
import { createSession } from './stores/session.ts';
import { createSettingsStore } from './stores/settingsStore.ts';
import { readLink } from './url.ts';
import styles from './gallery.module.css';

const task = present(tasks[0], 'a task');
const config = { ...defaultConfig, maxSteps: 200 };
const ignore = () => undefined;

const madeRows = (seed: number, steps: number) =>
  Array.from({ length: steps }, (_, index) => fakeStep({ ...config, seed }, task, index + 1)).reduce<readonly Row[]>(
    withStep,
    [],
  );

const noArms = createStore<ComparisonState>(() => noComparison);

/** A run that nobody starts. */
export const idleRun = () =>
  createRunStore(() => {
    const trainer = new FakeTrainer(tasks);
    return { trainer, listen: trainer.listen, terminate: ignore };
  });

interface ChartsProps {
  readonly steps: number;
  readonly beside?: number;
  /** Steps that are drawn of a recorded run. */
  readonly recorded?: number;
}

/** Charts of a made-up run, with made-up ones beside it. */
function Charts({ steps, beside = 0, recorded = 0 }: ChartsProps) {
  const run = idleRun();
  run.setState({ rows: madeRows(1, steps) });
  const library = createLibrary(
    createSession(run, createSettingsStore(tasks, readLink('', '', tasks)), { backend: 'auto', workers: 'auto' }),
    memoryHost(),
  );
  const ids = Array.from({ length: beside }, (_, index) => String(index + 2));
  library.setState({
    shown: ids,
    rows: Object.fromEntries(ids.map((id) => [id, madeRows(Number(id), steps)])),
    runs: ids.map((id) => ({ ...fakeKeptRun(config), id, name: `run ${id}`, color: Number(id) - 1, steps })),
  });
  const tape = createStore<RecordedState>(() => ({
    run: recorded > 0 ? { date: '2026-01-02', seed: 9 } : null,
    rows: madeRows(9, recorded),
    shown: recorded,
    everywhere: true,
  }));
  return (
    <div className={styles.charts}>
      <ChartsArea run={run} library={library} comparison={noArms} tape={tape} task={task} />
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
