/** @file The frame of a chart: title, newest values, the drawing or the table behind it, and its help text. */
import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { Suspense, memo, useId, useMemo, useState, type ReactNode, type RefObject } from 'react';
import { Icon } from '../Icon.tsx';
import { loadCode } from '../load.ts';
import { loadedPart } from '../Part.tsx';
import { text } from '../text.ts';
import type { ArmRuns } from './arms.ts';
import { ChartTable } from './ChartTable.tsx';
import { Legend } from './Legend.tsx';
import type { Recording } from './recordedTraces.ts';
import { compared, countPoints, lastValue, type Row, type Series } from './series.ts';
import { useVisible } from './useVisible.ts';
import type { ChartView, OtherRun } from './view.ts';
import styles from './Chart.module.css';

const importPlot = async () => (await import('./Plot.tsx')).Plot;
const Plot = loadedPart('plot', importPlot);

/**
 * Loads the drawing code ahead, so that the first number does not wait for it. Never rejects: the charts themselves
 * report a failure.
 */
export const loadPlot = (): Promise<unknown> => importPlot().catch(() => null);

export interface RecordedView {
  /** Null where there is no recording to draw. */
  readonly run: { readonly date: string; readonly seed: number } | null;
  /** All rows of the recording; the axes hold them. */
  readonly rows: readonly Row[];
  readonly shown: number;
}

export interface ChartPanelProps {
  /** Gives the test id `chart-<id>` and the place in the grid. */
  readonly id: string;
  readonly title: string;
  /** One sentence, shown while the chart is empty and in the title's tooltip. */
  readonly summary: string;
  readonly formula?: string;
  readonly rows: readonly Row[];
  /** A recorded run, drawn as such beyond the end of the current run; legend, table and crosshair leave it out. */
  readonly recorded?: RecordedView;
  /** Names the recording in full; other charts beside it have the short label where they stand alone. */
  readonly namesRecording?: boolean;
  readonly view: ChartView;
  /** Runs drawn behind the current run. */
  readonly others: readonly OtherRun<Row>[];
  /** The colour of the current run beside other runs; its first line then has this colour and not its metric's. */
  readonly ownColor: string | null;
  /** Arms of a comparison, drawn behind the current run; then only the arms have bands. */
  readonly arms?: readonly ArmRuns[];
  /** The current run is one of the arms' runs and drawn as such. */
  readonly amongArms?: boolean;
  /** `data-points` and `data-last` refer to the first series. */
  readonly series: readonly Series[];
  readonly floor?: readonly [number, number];
  /** A sentence under the drawing, for a chart that could be misread. */
  readonly note?: ReactNode;
}

const noFloor = [0, 0] as const;
const noArms: readonly ArmRuns[] = [];

interface Surroundings {
  readonly ownColor: string | null;
  readonly arms: readonly ArmRuns[] | undefined;
  readonly amongArms: boolean | undefined;
}

/** The series of the current run, with colours and bands changed where it stands beside other runs or among arms. */
function seriesAmong(
  series: readonly Series[],
  { ownColor, arms = noArms, amongArms = false }: Surroundings,
): readonly Series[] {
  const withArms = arms.length > 0;
  const shared = withArms ? compared(series) : [];
  return series.map((one, index) => {
    const colored =
      ownColor !== null && (shared.includes(one) || (index === 0 && one.draw === 'line'))
        ? { ...one, color: ownColor }
        : one;
    const { range: _spread, rangeLabel: _label, ...plain } = colored;
    const bare = withArms && one.draw === 'line' ? plain : colored;
    return amongArms && shared.includes(one) ? { ...bare, drawn: true } : bare;
  });
}

type BodyProps = ChartPanelProps & { readonly table: boolean; readonly visible: boolean };

/** The recorded lines of this chart, and the position up to which they are drawn; the axes hold all of them. */
function useRecording(
  recorded: RecordedView | undefined,
  rows: readonly Row[],
  series: readonly Series[],
): { readonly recording: Recording | null; readonly ahead: number } {
  const after = rows.at(-1)?.step ?? 0;
  return useMemo(() => {
    if (!recorded?.run) return { recording: null, ahead: 0 };
    const isAhead = ({ step, values }: Row) =>
      step > after && step <= recorded.shown && series.some(({ key }) => key in values);
    return {
      recording: { rows: recorded.rows, after, until: recorded.shown },
      ahead: recorded.rows.filter(isAhead).length,
    };
  }, [recorded, after, series]);
}

/**
 * The current run and, beyond its end, a recorded one. Before the first number the drawing is out of reach of pointer
 * and keyboard. It stays the same element, so that it does not mount again.
 */
function Drawing({
  id,
  title,
  rows,
  recorded,
  namesRecording = false,
  view,
  others,
  arms = noArms,
  series,
  summary,
  floor,
  table,
  visible,
}: BodyProps) {
  const isLive = rows.length > 0 || arms.length > 0 || others.length > 0;
  const { recording, ahead } = useRecording(arms.length + others.length > 0 ? undefined : recorded, rows, series);
  if (isLive && table)
    return (
      <>
        <p className={styles.note}>{summary}</p>
        <ChartTable title={title} rows={rows} series={series} others={others} arms={arms} />
      </>
    );
  if (!isLive && (ahead === 0 || !visible)) return <p className={styles.empty}>{summary}</p>;
  if (!visible) return null;
  return (
    <>
      {ahead > 0 && recorded?.run && (
        <p
          className={styles.recordedLabel}
          data-testid={`recorded-${id}`}
          data-short={!namesRecording || undefined}
          title={text.charts.recordedHint}
        >
          {namesRecording ? text.charts.recorded(recorded.run.date, recorded.run.seed) : text.charts.recordedShort}
        </p>
      )}
      <div {...(isLive ? { 'data-plot': id } : { inert: true })} {...(ahead > 0 ? { 'data-recorded': ahead } : {})}>
        <Suspense fallback={isLive ? <p className={styles.empty}>{summary}</p> : null}>
          <Plot
            title={title}
            rows={rows}
            series={series}
            floor={floor ?? noFloor}
            view={view}
            others={others}
            arms={arms}
            recording={recording}
          />
        </Suspense>
      </div>
    </>
  );
}

interface PictureMenuProps {
  readonly id: string;
  readonly title: string;
  readonly section: RefObject<HTMLElement | null>;
  /** Called with the reason why no picture was saved; with null at the next try. */
  readonly onProblem: (problem: string | null) => void;
}

function PictureMenu({ id, title, section, onProblem }: PictureMenuProps) {
  const save = async (kind: 'svg' | 'png') => {
    onProblem(null);
    try {
      const { savePicture } = await loadCode('picture', () => import('./picture.ts'));
      if (section.current) await savePicture(section.current, id, title, kind);
    } catch (cause) {
      onProblem(text.charts.noPicture(cause instanceof Error ? cause.message : String(cause)));
    }
  };
  return (
    <Menu position="bottom-end" withinPortal withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          className={styles.toggle ?? ''}
          aria-label={text.charts.picture(title)}
          title={text.charts.save}
          data-testid={`save-${id}`}
        >
          <Icon name="save" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown className={styles.menu ?? ''}>
        <Menu.Item onClick={() => void save('svg')}>SVG</Menu.Item>
        <Menu.Item onClick={() => void save('png')}>PNG</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export const ChartPanel = memo(function ChartPanel(props: ChartPanelProps) {
  const { id, title, summary, formula, rows, note, ownColor, arms, amongArms } = props;
  const own = props.series;
  const series = useMemo(() => seriesAmong(own, { ownColor, arms, amongArms }), [own, ownColor, arms, amongArms]);
  const [ref, visible] = useVisible<HTMLElement>();
  const [table, setTable] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const heading = useId();
  const first = series[0]?.key ?? '';
  const measured = useMemo(() => rows.filter((row) => series.some((s) => s.key in row.values)), [rows, series]);
  const isDrawn = measured.length + props.others.length + (arms?.length ?? 0) > 0;
  return (
    <section
      ref={ref}
      className={styles.chart}
      data-chart={id}
      data-testid={`chart-${id}`}
      data-points={countPoints(measured, first)}
      data-last={lastValue(rows, first)?.value}
      aria-labelledby={heading}
    >
      <header className={styles.head}>
        <Tooltip
          label={formula ? `${summary} Formula: ${formula}.` : summary}
          multiline
          w="18rem"
          openDelay={300}
          events={{ hover: true, focus: false, touch: true }}
        >
          <h2 id={heading} className={styles.title}>
            {title}
          </h2>
        </Tooltip>
        <Legend series={series} rows={rows} others={props.others} arms={arms ?? noArms} />
        {isDrawn && !table && <PictureMenu id={id} title={title} section={ref} onProblem={setProblem} />}
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          className={styles.toggle ?? ''}
          aria-pressed={table}
          aria-label={`${title}: ${text.charts.table}`}
          title={table ? text.charts.chart : text.charts.table}
          onClick={() => setTable(!table)}
        >
          <Icon name={table ? 'chart' : 'table'} />
        </ActionIcon>
      </header>
      <div className={styles.body}>
        <Drawing {...props} series={series} rows={measured} table={table} visible={visible} />
      </div>
      {problem !== null && (
        <p className={styles.note} role="alert" data-testid={`picture-problem-${id}`}>
          {problem}
        </p>
      )}
      {note !== undefined && <p className={styles.note}>{note}</p>}
    </section>
  );
});
