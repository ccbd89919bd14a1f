/** @file A stored result: how it was made, figure, rules, room for a live comparison, and all numbers. */
import { useState } from 'react';
import type { Elements } from '../elements.ts';
import { ArmFigure, showEffect, showInterval } from './ArmFigure.tsx';
import { MatrixFigure } from './MatrixFigure.tsx';
import { ParetoFigure } from './ParetoFigure.tsx';
import { PilotNote } from './PilotNote.tsx';
import { Rules } from './Rules.tsx';
import type { ArmView, BudgetView, EffectView, MetricView, ResultView } from './types.ts';
import { atlasWords as words } from './words.ts';
import styles from './Atlas.module.css';

/** The estimates of the bases, a line each. */
const ByBase = ({ bases = {}, metric }: { readonly bases?: EffectView['bases']; readonly metric: MetricView }) =>
  Object.entries(bases ?? {}).map(([base, { mean, interval }]) => (
    <small
      key={base}
      data-base={base}
    >{`${words.base(base)}: ${showEffect(mean, metric)}${interval ? ` (${showInterval(interval, metric)})` : ''}`}</small>
  ));

/** Whether all rules hold; with several bases, for which. */
function Verdict({ verdict, verdicts = {} }: Pick<ResultView, 'verdict' | 'verdicts'>) {
  const each = Object.entries(verdicts).map(([base, own]) => `${base}, ${words.verdictOf[own]}`);
  return (
    <b
      data-testid="verdict"
      data-verdict={verdict}
    >{`${words.verdict[verdict]}${each.length > 0 ? ` ${words.verdictBy(each)}` : ''}`}</b>
  );
}

/** A difference of two shares is in percentage points. */
const ofDifference = (metric: MetricView): MetricView =>
  metric.unit === '%' ? { ...metric, unit: words.points } : metric;

function Pairs({ arms, metrics, comparisons = [] }: Pick<ResultView, 'arms' | 'metrics' | 'comparisons'>) {
  const titleOf = (id: string) => arms.find(({ arm }) => arm === id)?.title ?? id;
  const drawn = comparisons.flatMap((comparison) => {
    const metric = metrics.find(({ id }) => id === comparison.metric);
    return metric ? [{ ...comparison, title: metric.title, shown: ofDifference(metric) }] : [];
  });
  if (drawn.length === 0) return null;
  return (
    <section aria-label={words.pairs} data-testid="pairs">
      <h4>{words.pairs}</h4>
      <p className={styles.soft}>{words.pairsAbout}</p>
      <ul className={styles.rules}>
        {drawn.map(({ of, against, metric, title, shown, mean, interval, bases, pairs }) => (
          <li key={`${of} ${against} ${metric}`} data-testid="pair" data-of={of} data-against={against}>
            <span>{`${words.pair(titleOf(of), titleOf(against), title)}: `}</span>
            <b translate="no">{showEffect(mean, shown)}</b>
            <span>{` ${interval ? `(${showInterval(interval, shown)}), ` : ''}${words.pairCount(pairs)}`}</span>
            <ByBase bases={bases} metric={shown} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Budget({ tokens, seconds, accuracy }: BudgetView) {
  const sentences = [
    ...(tokens === undefined ? [] : [words.budget.tokens(tokens)]),
    ...(seconds === undefined ? [] : [words.budget.seconds(seconds)]),
    ...(accuracy === undefined ? [] : [words.budget.accuracy(accuracy)]),
  ];
  return sentences.length === 0 ? null : (
    <p className={styles.soft} data-testid="budget">
      {sentences.join(' ')}
    </p>
  );
}

function Numbers({ arms, metrics }: Pick<ResultView, 'arms' | 'metrics'>) {
  const cell = (arm: ArmView, metric: MetricView) => {
    const effect = arm.metrics[metric.id];
    if (!effect) return words.none;
    return (
      <>
        <span translate="no">{showEffect(effect.mean, metric)}</span>
        {effect.interval && <small translate="no">{showInterval(effect.interval, metric)}</small>}
        <ByBase bases={effect.bases} metric={metric} />
      </>
    );
  };
  return (
    <div className={styles.scroll} role="region" aria-label={words.table} tabIndex={0}>
      <table>
        <caption>{words.table}</caption>
        <thead>
          <tr>
            <th scope="col">{words.arm}</th>
            {metrics.map(({ id, title }) => (
              <th key={id} scope="col">
                {title}
              </th>
            ))}
            <th scope="col">{words.runs}</th>
          </tr>
        </thead>
        <tbody>
          {arms.map((arm) => (
            <tr key={arm.arm}>
              <th scope="row">
                <span>{arm.title}</span>
                {arm.note !== undefined && <small>{arm.note}</small>}
              </th>
              {metrics.map((metric) => (
                <td key={metric.id}>{cell(arm, metric)}</td>
              ))}
              <td>{arm.runs}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** `runHere` is shown beside the rules. */
export interface ResultPanelProps {
  readonly result: ResultView;
  readonly runHere: Elements;
  /** The live version, at the top. */
  readonly minute?: Elements;
}

export function ResultPanel({ result, runHere, minute = null }: ResultPanelProps) {
  const { arms, metrics, figure, finding, preconditions = [] } = result;
  const [chosen, setChosen] = useState(result.measure?.metric ?? metrics[0]?.id);
  const metric = metrics.find(({ id }) => id === chosen);
  return (
    <div className={styles.result} data-testid="result">
      <p
        className={styles.stored}
        data-testid="stored"
      >{`${words.stored(result.date, result.seeds, result.version, result.policies)}${result.judged ? ` ${words.judged(result.judged.date, result.judged.version)}` : ''}`}</p>
      <p>
        <span>{`${result.claim} `}</span>
        <Verdict verdict={result.verdict} verdicts={result.verdicts} />
      </p>
      {minute}
      {finding !== undefined && (
        <p data-testid="result-finding">
          <b>{finding}</b>
        </p>
      )}
      <p className={styles.soft}>
        <span>{`${result.method} ${words.command} `}</span>
        <code translate="no">{result.command}</code>
      </p>
      {result.budget && <Budget {...result.budget} />}
      <PilotNote pilot={result.pilot} power={result.power} arms={arms} metrics={metrics} />
      <label className={styles.pick}>
        <span>{words.metric}</span>
        <select data-testid="metric" value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
          {metrics.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
      </label>
      {metric && <ArmFigure arms={arms} metric={metric} />}
      {figure?.kind === 'pareto' && <ParetoFigure figure={figure} arms={arms} metrics={metrics} />}
      {figure?.kind === 'matrix' && <MatrixFigure figure={figure} arms={arms} metrics={metrics} />}
      {figure?.says && (
        <ul className={styles.rules} data-testid="figure-says">
          {figure.says.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
      <div className={styles.columns}>
        {runHere}
        <div>
          <Rules title={words.preconditions} checks={preconditions} />
          <Rules title={words.rules} checks={result.checks} />
        </div>
      </div>
      <Pairs arms={arms} metrics={metrics} comparisons={result.comparisons} />
      <Numbers arms={arms} metrics={metrics} />
      <p className={styles.soft}>{words.tableAbout}</p>
    </div>
  );
}
