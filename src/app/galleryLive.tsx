/** @file The gallery's part for a live comparison: its area in every state, and charts of arms over seeds. */
import { createStore } from 'zustand/vanilla';
import { present } from '../lib/assert.ts';
import type { StoredResult } from '../lessons/storedResult.ts';
import { defaultConfig } from '../rl/config/config.ts';
import { tasks } from '../tasks/index.ts';
import type { Row } from '../ui/charts/series.ts';
import { LiveTable } from '../ui/atlas/LiveTable.tsx';
import { Exhibit } from './Exhibit.tsx';
import { fakeEvaluation, fakeStep } from './fixture/fakeRun.ts';
import { FakeTrainer } from './fixture/fakeTrainer.ts';
import { memoryHost } from './fixture/memoryDatabase.ts';
import { ChartsArea } from './panels/ChartsArea.tsx';
import { ComparisonArea, tableOf } from './panels/ComparisonArea.tsx';
import { armRunsOf } from './stores/armResults.ts';
import { noComparison, type Comparison, type ComparisonState } from './stores/comparison.ts';
import type { Plan } from './stores/comparisonPlan.ts';
import { withEvaluation, withStep } from './stores/history.ts';
import { createLibrary } from './stores/library.ts';
import { createPlaceStore } from './stores/placeStore.ts';
import { createRunStore } from './stores/runStore.ts';
import { createSession } from './stores/session.ts';
import { createSettingsStore } from './stores/settingsStore.ts';
import { playground } from './place.ts';
import { readLink } from './url.ts';
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

/** A made-up run; those of a later arm come less far in the same number of steps. */
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

/** What a comparison of three arms looks like with so many runs done. */
function stateAfter(done: number): ComparisonState {
  const cells = result.seeds
    .flatMap((seed) =>
      arms.map(({ arm }, index) => ({ arm, seed, id: `${index}${seed}`, done: true, rows: madeRows(index, seed) })),
    )
    .slice(0, done);
  const plan: Plan = {
    experiment: 'default',
    arms: arms.map(({ arm }) => arm),
    seeds: [1, 2, 3],
    steps: null,
    runs: cells.map(({ rows: _rows, ...run }) => run),
  };
  const rows = Object.fromEntries(cells.map((cell) => [cell.id, cell.rows]));
  const hand = plan.runs.at(-1) ?? null;
  return {
    ...noComparison,
    result,
    plan,
    rows,
    hand,
    phase: done === 9 ? 'done' : 'going',
    drawn: armRunsOf(result, plan, rows, []),
  };
}

const idleRun = () =>
  createRunStore(() => {
    const trainer = new FakeTrainer(tasks);
    return { trainer, listen: trainer.listen, terminate: () => undefined };
  });

/** A comparison that stands still. */
function still(state: ComparisonState): Comparison {
  const nothing = () => undefined;
  return {
    ...createStore<ComparisonState>(() => state),
    run: nothing,
    start: nothing,
    goOn: async () => undefined,
    stepsOf: () => STEPS,
    next: () => (state.single ? present(result.arms[1], 'an arm') : null),
    end: nothing,
  };
}

function Area({ state }: { readonly state: ComparisonState }) {
  return <ComparisonArea run={idleRun()} comparison={still(state)} place={createPlaceStore(playground)} />;
}

/** Charts of the arms; a further run is in hand with so many steps. */
function ArmCharts({ state, steps }: { readonly state: ComparisonState; readonly steps: number }) {
  const run = idleRun();
  const rows = madeRows(1, 4).slice(0, steps);
  run.setState({ key: 'in hand', rows, step: rows.length });
  const library = createLibrary(
    createSession(run, createSettingsStore(tasks, readLink('', '', tasks)), { backend: 'auto', workers: 'auto' }),
    memoryHost(),
  );
  const plan = present(state.plan, 'a plan');
  const going: ComparisonState = {
    ...state,
    plan: { ...plan, runs: [...plan.runs, { arm: 'arm-1', seed: 4, id: 'in hand', done: false }] },
  };
  return (
    <div className={styles.charts}>
      <ChartsArea run={run} library={library} comparison={still(going)} task={task} />
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
        <Exhibit name="Comparison: what came out">
          <LiveTable {...table} />
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
