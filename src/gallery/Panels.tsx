/** @file Every panel of the page in every state, drawn from fixtures. */
import { MantineProvider } from '@mantine/core';
import { fakeExact } from '../app/fixture/fakeRun.ts';
import { defaultConfig } from '../rl/config/config.ts';
import { taskById, tasks } from '../tasks/index.ts';
import { ExactPanel } from '../ui/exact/ExactPanel.tsx';
import { Bench } from './Bench.tsx';
import { MadeUpCharts } from './Charts.tsx';
import { Live } from './Comparison.tsx';
import { Controls } from './Controls.tsx';
import { Exhibit } from './Exhibit.tsx';
import { Inspector } from './Inspector.tsx';
import { Keeping } from './Keeping.tsx';
import { Algorithms, Formulas } from './Objectives.tsx';
import { OnDemand } from './OnDemand.tsx';
import { River } from './River.tsx';
import { TaskSample } from './TaskSample.tsx';
import { Atlas } from './Atlas.tsx';
import { Lessons } from './Lessons.tsx';
import { Problems } from './Problems.tsx';
import { Rewards } from './Rewards.tsx';
import styles from './gallery.module.css';

/** The exact read-out after a share `progress` of the run. */
const exactAt = (progress: number) =>
  fakeExact({ ...defaultConfig, maxSteps: 200, beta: 0.08, difficulty: 3 }, taskById('exact-seq'), progress);

export function Panels() {
  return (
    <MantineProvider defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <main className={styles.gallery}>
        <h1>Gallery</h1>
        <Controls />
        <Formulas />
        <Keeping />
        <Algorithms />
        <Problems />
        <Inspector />
        <Bench />
        <River />
        {tasks.map((shown) => (
          <Exhibit key={shown.id} name={`Task: ${shown.id}`}>
            <TaskSample task={shown} />
          </Exhibit>
        ))}
        <Exhibit name="Exact: empty">
          <ExactPanel exact={null} />
        </Exhibit>
        <Exhibit name="Exact: on the way">
          <ExactPanel exact={exactAt(0.5)} />
        </Exhibit>
        <Exhibit name="Exact: there">
          <ExactPanel exact={exactAt(1)} />
        </Exhibit>
        <MadeUpCharts />
        <Live />
        <Lessons />
        <Atlas />
        <Rewards />
        <OnDemand />
      </main>
    </MantineProvider>
  );
}
