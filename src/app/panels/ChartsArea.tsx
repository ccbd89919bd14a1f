/** @file The middle column: each chart reads the run at its own moment, with the other drawn runs and arms. */
import { memo, type ReactNode, useContext, useDeferredValue, useEffect, useMemo, useState } from 'react';
import type { ReadableStore } from '../../lib/readableStore.ts';
import type { Task } from '../../tasks/task.ts';
import { ChartControls } from '../../ui/charts/ChartControls.tsx';
import { ChartPanel } from '../../ui/charts/ChartPanel.tsx';
import { createHover, HoverContext, StageStartsContext, ViewedContext } from '../../ui/charts/hover.ts';
import type { Row } from '../../ui/charts/series.ts';
import type { ChartView, OtherRun } from '../../ui/charts/view.ts';
import { ExactPanel } from '../../ui/exact/ExactPanel.tsx';
import { Hideable, useHidden } from '../../ui/Hideable.tsx';
import { LitContext, useLit } from '../../ui/Lit.tsx';
import { text } from '../../ui/text.ts';
import { chartsOf, runColor } from '../chartSpecs.ts';
import type { ChartSpec } from '../declaredCharts.ts';
import type { ComparisonState } from '../stores/comparison.ts';
import type { LibraryState } from '../stores/library.ts';
import type { RunState } from '../stores/runStore.ts';
import { recorded, type RecordedState } from '../stores/recorded.ts';
import { chartView, setChartView } from '../stores/viewStore.ts';
import type { ViewedState, Viewing } from '../stores/viewing.ts';
import { drawPeriod, useSampled, useStore } from '../useSampled.ts';
import { type Chosen, SingleChart } from './SingleChart.tsx';
import { StagesOfRun } from './StagesArea.tsx';
import { stageStarts } from '../stages.ts';
import styles from '../App.module.css';

const noTerms = {};
/** Terms of the run and not of the settings, so that its charts stay when the settings change. */
const ownTermsOf = (state: RunState) => state.config?.ownTerms ?? noTerms;
const configOf = (state: RunState) => state.config;
const runOf = (state: RunState) => state;
const viewedOf = (state: Pick<ViewedState, 'step'>) => state.step;
const comparisonOf = (state: ComparisonState) => state;
const recordedOf = (state: RecordedState) => state;
/** As text, so that a step that begins no stage renders nothing again. */
const startsOf = ({ config, rows }: RunState) => (config?.stages ? stageStarts(rows).slice(1).join() : '');
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

export interface SampledChartProps {
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

/** A chart in the grid of charts. */
function SlottedChart(props: SampledChartProps) {
  const { id, size } = props.spec;
  return (
    <div {...useLit<HTMLDivElement>(`chart-${id}`)} className={styles.slot} data-size={size}>
      <SampledChart {...props} />
    </div>
  );
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
  const { size: _size, isAlone = false, ...props } = spec;
  const isOverlaid = rest.others.length > 0;
  const { color, amongArms } = placeAmongArms(compared, state);
  // Shares of several runs cannot be stacked, so only the current run’s are drawn.
  const arms = spec.series.some(({ draw }) => draw === 'share') ? nobody : compared.drawn;
  return (
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
  );
});

interface ExactProps extends Pick<ChartsAreaProps, 'run' | 'viewing'> {
  readonly id?: string;
}

/** The newest exact read-out, or that of the viewed step once it is rebuilt. */
export function SampledExact({ run, viewing, id }: ExactProps) {
  const newest = useSampled(run, exactOf, drawPeriod / 2);
  const viewed = useStore(viewing, viewedOf);
  const [earlier, setEarlier] = useState<{ readonly step: number; readonly exact: RunState['exact'] } | null>(null);
  useEffect(() => {
    let isOver = viewed === null;
    const read = async () => {
      const reader = isOver ? null : await viewing.reader();
      const report = await reader?.trainer().evaluate(1, 1);
      if (!isOver && report && viewed !== null) setEarlier({ step: viewed, exact: report.exact ?? null });
    };
    // The time bar says why a step was not rebuilt.
    read().catch(() => {});
    return () => void (isOver = true);
  }, [viewing, viewed]);
  const exact = viewed === null ? newest : earlier?.step === viewed ? earlier.exact : null;
  return <ExactPanel exact={exact} {...(id ? { id } : {})} />;
}

const SlottedExact = (props: ExactProps) => (
  <div {...useLit<HTMLDivElement>('exact')} className={styles.slot} data-size="broad">
    <SampledExact {...props} />
  </div>
);

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
  readonly viewing: ReadableStore<Pick<ViewedState, 'step'>> & Pick<Viewing, 'reader'>;
  readonly comparison: Compared;
  readonly library: ReadableStore<LibraryState>;
  readonly task: Task | undefined;
  readonly tape?: Tape;
  /** Only the first three charts. */
  readonly compact?: boolean;
  /** Only this chart, the first where the run has none of that id, with a list to choose another. */
  readonly single?: Chosen;
  /** A button among the controls. */
  readonly action?: ReactNode;
}

/** The charts that a run has. */
function useCharts(run: ReadableStore<RunState>, task: Task | undefined): ReturnType<typeof chartsOf> {
  const ownTerms = useStore(run, ownTermsOf);
  const config = useStore(run, configOf);
  // Every run has its own configuration object; equal charts must not all render again.
  const written = useMemo(
    () => JSON.stringify(chartsOf(task, Object.keys(ownTerms), config)),
    [task, ownTerms, config],
  );
  return useMemo(() => JSON.parse(written) as ReturnType<typeof chartsOf>, [written]);
}

interface OneChartProps extends Omit<ChartsAreaProps, 'tape' | 'compact' | 'single' | 'viewing' | 'action'> {
  readonly id: string;
  /** Before its id on the page, where the same chart stands in the grid. */
  readonly prefix: string;
}

/** One chart outside the grid, by its id; null where the run has none of that id. */
export function OneChart({ id, prefix, run, library, comparison, task }: OneChartProps) {
  const { main, more } = useCharts(run, task);
  const spec = [...main, ...more].find((one) => one.id === id);
  const view = useStore(chartView);
  const shared = { run, comparison, tape: recorded, view, ...useOthers(run, library) };
  // Not the first place, which names the recording.
  return spec ? <SampledChart {...shared} spec={{ ...spec, id: `${prefix}${id}` }} place={1} /> : null;
}

export function ChartsArea({
  run,
  viewing,
  library,
  comparison,
  task,
  tape = recorded,
  compact = false,
  single,
  action,
}: ChartsAreaProps) {
  const { main, more } = useCharts(run, task);
  const [hover] = useState(createHover);
  const viewed = useSampled(viewing, viewedOf, 250);
  const starts = useSampled(run, startsOf, 250);
  const marks = useMemo(() => (starts === '' ? [] : starts.split(',').map(Number)), [starts]);
  const view = useStore(chartView);
  const shared = { run, comparison, tape, view, ...useOthers(run, library) };
  // Rendered after the rest: these charts are folded away at first.
  const isSeen = useDeferredValue(true, false);
  const specs = [...main, ...more];
  const hidden = useHidden();
  // The way to a known optimum belongs to the first charts. Without the fold all main charts stand in the grid, as
  // links from before it expect.
  const isWhole = !compact && (task?.outcomes !== undefined || hidden.has('more'));
  const open = isWhole ? main : main.slice(0, FIRST);
  const folded = specs.slice(open.length);
  const lit = useContext(LitContext);
  const isLit = folded.some(({ id }) => lit.includes(`chart-${id}`));
  const chosen = single && (specs.find(({ id }) => id === single.id) ?? specs[0]);
  if (single && chosen)
    return (
      <HoverContext value={hover}>
        <StagesOfRun run={run} />
        <SingleChart id={chosen.id} specs={specs} onChoose={single.onChoose}>
          <StageStartsContext value={marks}>
            <SlottedChart key={chosen.id} {...shared} spec={chosen} place={0} />
          </StageStartsContext>
        </SingleChart>
      </HoverContext>
    );
  return (
    <HoverContext value={hover}>
      <ViewedContext value={viewed}>
        <StagesOfRun run={run} />
        <StageStartsContext value={marks}>
          <div
            className={styles.chartGrid}
            id="charts"
            role="region"
            aria-label={text.charts.name}
            data-folds={!isWhole || undefined}
            tabIndex={-1}
          >
            {open.map((spec, place) => (
              <SlottedChart key={spec.id} {...shared} spec={spec} place={place} />
            ))}
            {!compact && task?.outcomes && <SlottedExact run={run} viewing={viewing} />}
            {!compact && (
              <Hideable name="view">
                <ChartControls view={view} onChange={setChartView}>
                  {action}
                </ChartControls>
              </Hideable>
            )}
            {!compact && isSeen && (
              <Hideable name="more">
                <details className={styles.more} open={isLit || undefined} data-testid="more-charts">
                  <summary>{text.charts.moreOf(folded.length)}</summary>
                  <div className={styles.moreGrid}>
                    {folded.map((spec, place) => (
                      <SlottedChart key={spec.id} {...shared} spec={spec} place={open.length + place} />
                    ))}
                  </div>
                </details>
              </Hideable>
            )}
          </div>
        </StageStartsContext>
      </ViewedContext>
    </HoverContext>
  );
}
