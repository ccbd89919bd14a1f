/** @file The live comparison, wired: its state in words, results so far, and its buttons. */
import { useMemo } from 'react';
import { present } from '../../lib/assert.ts';
import type { StoredMetric, StoredResult } from '../../lessons/storedResult.ts';
import { comparisonWords as words } from '../../ui/atlas/comparisonWords.ts';
import { LiveButton, LiveComparison, type LiveView } from '../../ui/atlas/LiveComparison.tsx';
import type { LiveTableProps, NumberView } from '../../ui/atlas/LiveTable.tsx';
import { runColor } from '../chartSpecs.ts';
import { isOwn, type Measure, resultsOf } from '../stores/armResults.ts';
import { minuteAnswer, ownMetric } from '../stores/liveMinute.ts';
import type { Comparison, ComparisonState } from '../stores/comparison.ts';
import { cellsOf, missingOf, type Plan } from '../stores/comparisonPlan.ts';
import type { PlaceStore } from '../stores/placeStore.ts';
import type { RunState, RunStore } from '../stores/runStore.ts';
import { useStore } from '../useSampled.ts';

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
  const title = result?.arms.find(({ arm }) => arm === current?.arm)?.title ?? '';
  const running = current ? [words.hand(title, current.seed)] : [];
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

/** The number of the table, and its relation to the first number of the stored result. */
function numberOf(measure: Measure, first: StoredMetric): NumberView {
  if (measure === 'own')
    return {
      title: words.own(first.title),
      unit: first.unit,
      digits: first.digits,
      isChange: false,
      about: words.judged(first.title),
    };
  const isChange = measure === 'accuracy';
  const about = isOwn(measure, first) ? words.judged(first.title) : words.judgedByAnother[measure](first.title);
  return {
    title: words.measure[measure],
    unit: isChange ? words.points : '',
    digits: isChange ? 1 : 3,
    isChange,
    about,
  };
}

/** The answer of the minute’s own rule in words; null while a run is missing, and for another comparison. */
function answerOf(result: StoredResult, plan: Plan, table: LiveTableProps | null): string | null {
  const answer = table && minuteAnswer(result, plan, table.arms);
  if (!table || !answer) return null;
  const [first, second] = table.arms.map(({ title }) => title);
  return words.answer[answer](first ?? '', second ?? '', table.number.title);
}

/** Results so far as a table; null until the stored result is read. */
export function tableOf({
  result,
  plan,
  rows,
}: Pick<ComparisonState, 'result' | 'plan' | 'rows'>): LiveTableProps | null {
  if (!result || !plan) return null;
  const first = present(ownMetric(result), 'a number of the stored result');
  const { measure, arms } = resultsOf(plan, rows, first.id);
  return {
    number: numberOf(measure, first),
    seeds: plan.seeds.length,
    arms: arms.map(({ arm, ...numbers }, index) => ({
      id: arm,
      title: result.arms.find((stored) => stored.arm === arm)?.title ?? arm,
      color: runColor(index),
      ...numbers,
    })),
  };
}

interface ComparisonAreaProps {
  readonly run: RunStore;
  readonly comparison: Comparison;
  readonly place: PlaceStore;
}

export function ComparisonArea({ run, comparison, place }: ComparisonAreaProps) {
  const state = useStore(comparison, all);
  const status = useStore(run, statusOf);
  const { result, plan, phase, reviving, rows, single } = state;
  const table = useMemo(() => tableOf({ result, plan, rows }), [result, plan, rows]);
  if (!plan) return null;
  const isKept = phase === 'kept';
  const missing = missingOf(plan).length;
  const next = comparison.next();
  const view: LiveView = {
    experiment: plan.experiment,
    status: sentencesOf(state, status),
    waits: phase === 'waiting' && !single,
    table,
    answer: result ? answerOf(result, plan, table) : null,
  };
  return (
    <LiveComparison view={view}>
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
      {!isKept && (
        <LiveButton testId="comparison-back" onClick={() => place.go({ view: 'atlas', entry: plan.experiment })}>
          {words.back}
        </LiveButton>
      )}
      <LiveButton testId="comparison-end" onClick={comparison.end}>
        {isKept ? words.endKept : words.end}
      </LiveButton>
    </LiveComparison>
  );
}
