/** @file Exhibits of a live comparison: its area in every state, and charts of arms over seeds. */
import { createStore } from 'zustand/vanilla';
import { present } from '../lib/assert.ts';
import type { StoredResult } from '../lessons/storedResult.ts';
import { defaultConfig } from '../rl/config/config.ts';
import { tasks } from '../tasks/index.ts';
import type { Row } from '../ui/charts/series.ts';
import { LiveTable } from '../ui/atlas/LiveTable.tsx';
import { Exhibit } from './Exhibit.tsx';
import { following, idleRun } from './Charts.tsx';
import { fakeEvaluation, fakeStep } from '../app/fixture/fakeRun.ts';
import { ChartsArea } from '../app/panels/ChartsArea.tsx';
import { ComparisonPanel } from '../app/compare/ComparisonPanel.tsx';
import { tableOf } from '../app/compare/comparisonTable.ts';
import { armRunsOf } from '../app/stores/armResults.ts';
import { noComparison, type Comparison, type ComparisonState } from '../app/stores/comparison.ts';
import type { Plan } from '../app/stores/comparisonPlan.ts';
import { storedPlan } from '../app/stores/comparisonStored.ts';
import { withEvaluation, withStep } from '../app/stores/history.ts';
import { emptyLibrary, type LibraryState } from '../app/stores/libraryState.ts';
import { createPlaceStore } from '../app/stores/placeStore.ts';
import { emptyRun, type RunState } from '../app/stores/runState.ts';
import { playground } from '../app/place.ts';
import styles from './gallery.module.css';

const task = present(tasks[0], 'a task');
const STEPS = 60;
const titles = [
  'GRPO',
  'Rewards shuffled in the batch',
  'An arm whose title is longer than there is room for above the charts',
];
const arms = titles.map((title, index) => ({ arm: `arm-${index}`, title, flags: [], runs: 3, metrics: {} }));
const result: StoredResult = {
  experiment: 'default',
  claim: '',
  method: '',
  command: '',
  version: '',
  date: '',
  seeds: [1, 2, 3],
  verdict: 'shown',
  policies: ['default'],
  preset: 'default',
  checks: [],
  arms,
  metrics: [{ id: 'dominant', title: 'largest format, after', unit: '%', digits: 1 }],
};

/** Rows of a fake run; a later arm makes less progress in the same number of steps. */
function madeRows(arm: number, seed: number): readonly Row[] {
  const config = { ...defaultConfig, seed: 10 * arm + seed };
  const at = (step: number) => Math.round(step / (1 + arm));
  const steps = Array.from({ length: STEPS }, (_, index) => ({
    ...fakeStep(config, task, at(index)),
    step: index + 1,
  })).reduce<readonly Row[]>(withStep, []);
  return [0, 20, 40, 60].reduce(
    (rows, step) => withEvaluation(rows, { ...fakeEvaluation(config, task, at(step)), step }),
    steps,
  );
}

/** A comparison of three arms with `done` of its nine runs finished. */
function stateAfter(done: number): ComparisonState {
  const cells = result.seeds
    .flatMap((seed) =>
      arms.map(({ arm }, index) => ({ arm, seed, id: `${index}${seed}`, done: true, rows: madeRows(index, seed) })),
    )
    .slice(0, done);
  const plan: Plan = {
    ...storedPlan(result, { arms: arms.map(({ arm }) => arm), seeds: 3, steps: null }),
    runs: cells.map(({ rows: _rows, ...run }) => run),
  };
  const rows = Object.fromEntries(cells.map((cell) => [cell.id, cell.rows]));
  const current = plan.runs.at(-1) ?? null;
  return {
    ...noComparison,
    result,
    plan,
    rows,
    current,
    phase: done === 9 ? 'done' : 'going',
    drawn: armRunsOf(plan, rows, []),
  };
}

/** A comparison whose state never changes. */
function still(state: ComparisonState): Comparison {
  const nothing = () => undefined;
  return {
    ...createStore<ComparisonState>(() => state),
    run: nothing,
    start: nothing,
    goOn: async () => undefined,
    slowness: () => null,
    offer: nothing,
    open: async () => undefined,
    forget: nothing,
    next: () => (state.single ? present(result.arms[1], 'an arm') : null),
    end: nothing,
  };
}

function Area({ state }: { readonly state: ComparisonState }) {
  return (
    <ComparisonPanel run={idleRun()} comparison={still(state)} place={createPlaceStore(playground)} tasks={tasks} />
  );
}

/** Charts of the arms, with the current run at `steps` steps. */
function ArmCharts({ state, steps }: { readonly state: ComparisonState; readonly steps: number }) {
  const rows = madeRows(1, 4).slice(0, steps);
  const run = createStore<RunState>(() => ({ ...emptyRun, key: 'current', rows, step: rows.length }));
  const library = createStore<LibraryState>(() => emptyLibrary);
  const plan = present(state.plan, 'a plan');
  const going: ComparisonState = {
    ...state,
    plan: { ...plan, runs: [...plan.runs, { arm: 'arm-1', seed: 4, id: 'current', done: false }] },
  };
  return (
    <div className={styles.charts}>
      <ChartsArea run={run} viewing={following} library={library} comparison={still(going)} task={task} />
    </div>
  );
}

export function Live() {
  const [few, all] = [stateAfter(4), stateAfter(9)];
  const kept: ComparisonState = { ...few, result: null, phase: 'kept', rows: {}, drawn: [] };
  const states: readonly (readonly [string, ComparisonState])[] = [
    ['going', few],
    ['waiting', { ...few, phase: 'waiting', stop: 'failed' }],
    ['done', all],
    ['a single arm', { ...few, single: true }],
    ['kept', kept],
    ['not read', { ...kept, problem: 'claims/default.json: 404' }],
  ];
  const table = tableOf(all);
  return (
    <>
      {states.map(([name, state]) => (
        <Exhibit key={name} name={`Comparison: ${name}`}>
          <Area state={state} />
        </Exhibit>
      ))}
      {table && (
        <Exhibit name="Comparison: results">
          <LiveTable {...table} onNumber={() => undefined} />
        </Exhibit>
      )}
      <Exhibit name="Charts: arms, first seeds">
        <ArmCharts state={few} steps={0} />
      </Exhibit>
      <Exhibit name="Charts: arms over three seeds">
        <ArmCharts state={all} steps={30} />
      </Exhibit>
    </>
  );
}
