/** @file The middle column: each chart reads the run at its own moment, with the other drawn runs and arms. */
import { memo, useDeferredValue, useMemo, useState, type ReactNode } from 'react';
import type { ReadableStore } from '../../lib/readableStore.ts';
import type { Task } from '../../tasks/task.ts';
import { ChartControls } from '../../ui/charts/ChartControls.tsx';
import { ChartPanel } from '../../ui/charts/ChartPanel.tsx';
import { createHover, HoverContext } from '../../ui/charts/hover.ts';
import type { Row } from '../../ui/charts/series.ts';
import type { ChartView, OtherRun } from '../../ui/charts/view.ts';
import { ExactPanel } from '../../ui/exact/ExactPanel.tsx';
import { Hideable } from '../../ui/Hideable.tsx';
import { text } from '../../ui/text.ts';
import { chartsOf, runColor } from '../chartSpecs.ts';
import type { ChartSpec } from '../declaredCharts.ts';
import type { ComparisonState } from '../stores/comparison.ts';
import type { LibraryState } from '../stores/library.ts';
import type { RunState } from '../stores/runStore.ts';
import { recorded, type RecordedState } from '../stores/recorded.ts';
import { chartView, setChartView } from '../stores/viewStore.ts';
import { drawPeriod, useSampled, useStore } from '../useSampled.ts';
import styles from '../App.module.css';

const noTerms = {};
/** Terms of the run and not of the settings, so that its charts stay when the settings change. */
const ownTermsOf = (state: RunState) => state.config?.ownTerms ?? noTerms;
const configOf = (state: RunState) => state.config;
const runOf = (state: RunState) => state;
const comparisonOf = (state: ComparisonState) => state;
const recordedOf = (state: RecordedState) => state;
const exactOf = (state: RunState) => state.exact;
const keyOf = (state: RunState) => state.key;
const shownOf = (state: LibraryState) => state.shown;
const runsOf = (state: LibraryState) => state.runs;
const keptRowsOf = (state: LibraryState) => state.rows;
/** Upper bound on the number of charts visible together. */
const SLOTS = 7;

const nobody: ComparisonState['drawn'] = [];
const nobodyElse: readonly OtherRun<Row>[] = [];

export type Compared = ReadableStore<ComparisonState>;

export type Tape = ReadableStore<RecordedState>;

interface SampledChartProps {
  readonly run: ReadableStore<RunState>;
  readonly comparison: Compared;
  readonly tape: Tape;
  readonly spec: ChartSpec;
  readonly place: number;
  readonly view: ChartView;
  readonly others: readonly OtherRun<Row>[];
  readonly ownColor: string | null;
}

/**
 * Colour of the current run if it belongs to the comparison, and whether its line is already among those of its arm.
 */
function placeAmongArms(
  { plan, rows, drawn }: ComparisonState,
  { key, step }: RunState,
): { readonly color: string | null; readonly amongArms: boolean } {
  const planned = plan?.runs.find(({ id }) => id === key);
  if (!plan || !planned) return { color: null, amongArms: false };
  const counted = rows[key];
  // Steps after the planned end do not count for the arm.
  return {
    color: runColor(plan.arms.findIndex(({ id }) => id === planned.arm)),
    amongArms: drawn.length > 0 && counted !== undefined && step <= (counted.at(-1)?.step ?? 0),
  };
}

const SampledChart = memo(function SampledChart({
  run,
  comparison,
  tape,
  spec,
  place,
  ownColor,
  ...rest
}: SampledChartProps) {
  const phase = ((place % SLOTS) * drawPeriod) / SLOTS;
  // Rows and key come from one state: rows of a replaced run must not get the colour of the next.
  const state = useSampled(run, runOf, phase);
  const compared = useSampled(comparison, comparisonOf, phase);
  const before = useSampled(tape, recordedOf, phase);
  const { size, isAlone = false, ...props } = spec;
  const isOverlaid = rest.others.length > 0;
  const { color, amongArms } = placeAmongArms(compared, state);
  // Shares of several runs cannot be stacked, so only the current run’s are drawn.
  const arms = spec.series.some(({ draw }) => draw === 'share') ? nobody : compared.drawn;
  return (
    <div className={styles.slot} data-size={size}>
      <ChartPanel
        {...props}
        {...rest}
        {...(isAlone ? { others: nobodyElse } : {})}
        {...(isAlone && isOverlaid ? { note: text.exact.alone } : {})}
        rows={state.rows}
        arms={arms}
        amongArms={amongArms}
        ownColor={color ?? (compared.drawn.length > 0 || isAlone ? null : ownColor)}
        namesRecording={place === 0}
        {...(place === 0 || before.everywhere ? { recorded: before } : {})}
      />
    </div>
  );
});

function SampledExact({ run }: { readonly run: ReadableStore<RunState> }) {
  return <ExactPanel exact={useSampled(run, exactOf, drawPeriod / 2)} />;
}

/** The other drawn runs, and the colour of the current run among them; null if it is alone. */
function useOthers(
  run: ReadableStore<RunState>,
  library: ReadableStore<LibraryState>,
): { readonly others: readonly OtherRun<Row>[]; readonly ownColor: string | null } {
  const shown = useStore(library, shownOf);
  const runs = useStore(library, runsOf);
  const kept = useStore(library, keptRowsOf);
  const key = useStore(run, keyOf);
  // The list changes with every step; a string of ids, colours and names changes rarely.
  const looks = shown
    .flatMap((id) => runs.filter((one) => one.id === id).map(({ name, color }) => `${id} ${color} ${name}`))
    .join('\n');
  const others = useMemo(
    () =>
      looks.split('\n').flatMap((look) => {
        const [id = '', color = '', name = ''] = look.split(/ (\d) /);
        const rows = kept[id];
        return rows && id !== key ? [{ id, name, color: runColor(Number(color)), rows }] : [];
      }),
    [looks, kept, key],
  );
  const own = runs.find(({ id }) => id === key)?.color;
  return { others, ownColor: others.length > 0 ? runColor(own ?? 0) : null };
}

/** Number of the first charts: reward, KL, entropy. */
const FIRST = 3;

interface ChartsAreaProps {
  readonly run: ReadableStore<RunState>;
  readonly comparison: Compared;
  readonly library: ReadableStore<LibraryState>;
  readonly task: Task | undefined;
  readonly tape?: Tape;
  /** Only the first three charts. */
  readonly compact?: boolean;
  /** A button among the controls. */
  readonly action?: ReactNode;
}

export function ChartsArea({
  run,
  library,
  comparison,
  task,
  tape = recorded,
  compact = false,
  action,
}: ChartsAreaProps) {
  const ownTerms = useStore(run, ownTermsOf);
  const config = useStore(run, configOf);
  // Every run has its own configuration object; equal charts must not all render again.
  const written = useMemo(
    () => JSON.stringify(chartsOf(task, Object.keys(ownTerms), config)),
    [task, ownTerms, config],
  );
  const { main, more } = useMemo(() => JSON.parse(written) as ReturnType<typeof chartsOf>, [written]);
  const [hover] = useState(createHover);
  const view = useStore(chartView);
  const shared = { run, comparison, tape, view, ...useOthers(run, library) };
  // Rendered after the rest: these charts are folded away at first.
  const isSeen = useDeferredValue(true, false);
  return (
    <HoverContext value={hover}>
      {!compact && (
        <Hideable name="view">
          <ChartControls view={view} onChange={setChartView}>
            {action}
          </ChartControls>
        </Hideable>
      )}
      <div className={styles.chartGrid} id="charts" role="region" aria-label={text.charts.name} tabIndex={-1}>
        {(compact ? main.slice(0, FIRST) : main).map((spec, place) => (
          <SampledChart key={spec.id} {...shared} spec={spec} place={place} />
        ))}
        {!compact && task?.outcomes && (
          <div className={styles.slot} data-size="broad">
            <SampledExact run={run} />
          </div>
        )}
        {!compact && isSeen && (
          <Hideable name="more">
            <details className={styles.more} data-testid="more-charts">
              <summary>{text.charts.moreOf(more.length)}</summary>
              <div className={styles.moreGrid}>
                {more.map((spec, place) => (
                  <SampledChart key={spec.id} {...shared} spec={spec} place={main.length + place} />
                ))}
              </div>
            </details>
          </Hideable>
        )}
      </div>
    </HoverContext>
  );
}
