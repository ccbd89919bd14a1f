/** @file The comparison beside the charts, wired: its state in words, results so far, and its buttons; loaded on demand. */
import { useMemo, useState } from 'react';
import type { Task } from '../../tasks/task.ts';
import { comparisonWords as words } from '../../ui/atlas/comparisonWords.ts';
import { LiveButton, LiveComparison, type LiveView } from '../../ui/atlas/LiveComparison.tsx';
import type { MeasureId } from '../stores/armMeasures.ts';
import type { Comparison, ComparisonState } from '../stores/comparison.ts';
import { armOf, cellsOf, missingOf, type Plan } from '../stores/comparisonPlan.ts';
import { minuteAnswer } from '../stores/liveMinute.ts';
import type { PlaceStore } from '../stores/placeStore.ts';
import type { RunState, RunStore } from '../stores/runStore.ts';
import { useStore } from '../useSampled.ts';
import { tableOf } from './comparisonTable.ts';
import { OfferedPlan } from './OfferedPlan.tsx';
import { ShareComparison } from './ShareComparison.tsx';

const all = (state: ComparisonState) => state;
const statusOf = (state: RunState) => state.status;

/** The state of a comparison in sentences. */
function sentencesOf(
  { result, plan, phase, stop, current, single, problem }: ComparisonState,
  run: RunState['status'],
): string {
  if (!plan) return '';
  const count = cellsOf(plan).length;
  const missing = missingOf(plan).length;
  const done = words.done(count - missing, count);
  if (phase === 'kept')
    return [
      missing > 0 ? words.unfinished : words.kept,
      done,
      ...(problem === null ? [] : [words.problem(problem)]),
    ].join(' ');
  const running = current ? [words.hand(armOf(plan, current.arm)?.title ?? '', current.seed)] : [];
  if (single)
    return [
      ...running,
      words.place((result?.arms.findIndex(({ arm }) => arm === current?.arm) ?? 0) + 1, result?.arms.length ?? 0),
    ].join(' ');
  if (phase === 'done') return done;
  if (phase === 'waiting') return [stop === null ? words.waiting : words.stop[stop], done].join(' ');
  const isPaused = run === 'paused' || run === 'pausing';
  return [...running, done, ...(isPaused ? [words.paused] : [])].join(' ');
}

/** The answer of the minute’s own rule in words; null while a run is missing, and for another comparison. */
function answerOf(plan: Plan, { arms, number }: NonNullable<ReturnType<typeof tableOf>>): string | null {
  const answer = minuteAnswer(plan, arms);
  const [first, second] = arms.map(({ title }) => title);
  return answer && words.answer[answer](first ?? '', second ?? '', number.title);
}

const titleOf = ({ experiment, arms }: Plan): string =>
  experiment === null ? words.built(arms.length) : words.title(experiment);

export interface ComparisonPanelProps {
  readonly run: RunStore;
  readonly comparison: Comparison;
  readonly place: PlaceStore;
  readonly tasks: readonly Task[];
}

/** Buttons of an open comparison. */
function Actions({
  comparison,
  place,
  onShare,
}: Pick<ComparisonPanelProps, 'comparison' | 'place'> & { readonly onShare: () => void }) {
  const { plan, result, phase, single, reviving } = useStore(comparison, all);
  if (!plan) return null;
  const isKept = phase === 'kept';
  const missing = missingOf(plan).length;
  const next = comparison.next();
  const { experiment } = plan;
  return (
    <>
      {(phase === 'waiting' || isKept) && !single && (
        <LiveButton main loading={reviving} testId="comparison-go-on" onClick={() => void comparison.goOn()}>
          {missing > 0 ? words.goOn(missing) : words.show}
        </LiveButton>
      )}
      {next && result && (
        <LiveButton main testId="next-arm" onClick={() => comparison.run(result, next)}>
          {words.next(next.title)}
        </LiveButton>
      )}
      {!single && !isKept && (
        <LiveButton testId="comparison-share" onClick={onShare}>
          {words.share}
        </LiveButton>
      )}
      {!isKept && experiment !== null && (
        <LiveButton testId="comparison-back" onClick={() => place.go({ view: 'atlas', entry: experiment })}>
          {words.back}
        </LiveButton>
      )}
      <LiveButton testId="comparison-end" {...(single ? {} : { title: words.endTitle })} onClick={comparison.end}>
        {words.end}
      </LiveButton>
    </>
  );
}

export function ComparisonPanel({ run, comparison, place, tasks }: ComparisonPanelProps) {
  const state = useStore(comparison, all);
  const status = useStore(run, statusOf);
  const [measure, setMeasure] = useState<MeasureId | undefined>();
  const [sharing, setSharing] = useState(false);
  const { plan, phase, rows, single } = state;
  const table = useMemo(() => tableOf({ plan, rows }, measure), [plan, rows, measure]);
  if (!plan) return null;
  if (phase === 'offered') return <OfferedPlan plan={plan} comparison={comparison} tasks={tasks} />;
  const view: LiveView = {
    title: titleOf(plan),
    status: sentencesOf(state, status),
    waits: phase === 'waiting' && !single,
    answer: plan && table && answerOf(plan, table),
    table: phase === 'kept' ? null : table && { ...table, onNumber: (id) => setMeasure(id as MeasureId) },
  };
  return (
    <>
      <LiveComparison view={view}>
        <Actions comparison={comparison} place={place} onShare={() => setSharing(true)} />
      </LiveComparison>
      {sharing && <ShareComparison plan={plan} rows={rows} tasks={tasks} onClose={() => setSharing(false)} />}
    </>
  );
}
