/** @file The debrief of a run: its outcome in words, three numbers, answers before and after, and folded the rest. */
import { ActionIcon, Button } from '@mantine/core';
import { useEffect, useId, useRef } from 'react';
import { Icon } from '../Icon.tsx';
import { Answers } from '../inspector/AskPanel.tsx';
import { text } from '../text.ts';
import type { ChangeView, DebriefView, PairView } from './view.ts';
import { debriefWords as words } from './words.ts';
import styles from './Debrief.module.css';

export interface DebriefPanelProps {
  readonly debrief: DebriefView;
  /** Null while both policies are being asked. */
  readonly pairs: readonly PairView[] | null;
  /** Why they were not asked. */
  readonly problem: string | null;
  /** A press asked for it: it is scrolled to and takes the focus of the button that is gone. */
  readonly isAsked: boolean;
  readonly isFolded: boolean;
  readonly onFold: (on: boolean) => void;
  readonly onNext: () => void;
}

function Changes({ title, changes }: { readonly title: string; readonly changes: readonly ChangeView[] }) {
  return (
    <div className={styles.changes} role="group" aria-label={title}>
      <h3>{title}</h3>
      {changes.length === 0 && <p>{words.nothing}</p>}
      <dl>
        {changes.map((change) => (
          <div
            key={change.id}
            data-testid={`change-${change.id}`}
            data-verdict={change.verdict}
            data-before={change.before}
            data-after={change.after}
          >
            <dt>{change.label}</dt>
            <dd translate="no">{words.pair(change)}</dd>
            <dd className={styles.interval} translate="no">
              {words.interval(change)}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** Numbers of one glance, large. */
function Lead({ lead }: Pick<DebriefView, 'lead'>) {
  return (
    <dl className={styles.lead} aria-label={words.lead} data-testid="debrief-lead">
      {lead.map((change) => (
        <div key={change.id} data-lead={change.id}>
          <dt>{change.label}</dt>
          <dd translate="no">{words.pair(change)}</dd>
          <dd className={styles.note}>{words.leadNote(change)}</dd>
        </div>
      ))}
    </dl>
  );
}

interface PairsProps {
  readonly title: string;
  readonly pairs: readonly PairView[];
  readonly step: number;
}

function Pairs({ title, pairs, step }: PairsProps) {
  return (
    <div className={styles.pairs} role="group" aria-label={title}>
      <h3>{title}</h3>
      {pairs.map(({ prompt, answer, base, tuned }) => (
        <article key={prompt} data-testid="debrief-pair">
          <p>
            <code translate="no">{prompt}</code>
            {answer !== null && (
              <span>
                <span>{`${words.answer} `}</span>
                <code translate="no">{answer}</code>
              </span>
            )}
          </p>
          <div>
            <Answers title={text.ask.base} testId="debrief-base" answers={base} />
            <Answers title={text.ask.tuned(step)} testId="debrief-tuned" answers={tuned} />
          </div>
        </article>
      ))}
    </div>
  );
}

/** Everything else that was measured, folded. */
function More({ debrief, pairs }: { readonly debrief: DebriefView; readonly pairs: readonly PairView[] }) {
  const { heldOut, changes, step, window, target } = debrief;
  const all = heldOut ? [heldOut, ...changes] : changes;
  return (
    <details className={styles.more} data-testid="debrief-more">
      <summary>{words.more(all.length)}</summary>
      <Changes title={words.changed} changes={all.filter(({ verdict }) => verdict !== 'open')} />
      <Changes title={words.unchanged} changes={all.filter(({ verdict }) => verdict === 'open')} />
      {pairs.length > 0 && <Pairs title={words.moreSides} pairs={pairs} step={step} />}
      {target !== null && <p>{target}</p>}
      <small>{`${words.about(step, window, heldOut?.step ?? null)} ${words.rule}`}</small>
    </details>
  );
}

export function DebriefPanel({ debrief, pairs, problem, isAsked, isFolded, onFold, onNext }: DebriefPanelProps) {
  const heading = useId();
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isAsked) panel.current?.focus();
  }, [isAsked]);
  const { heldOut, lead, next, step } = debrief;
  return (
    <section
      ref={panel}
      tabIndex={-1}
      className={styles.debrief}
      data-testid="debrief"
      data-folded={isFolded}
      aria-labelledby={heading}
    >
      <header>
        <h2 id={heading}>{words.name}</h2>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-expanded={!isFolded}
          aria-label={isFolded ? words.unfold : words.fold}
          title={isFolded ? words.unfold : words.fold}
          data-testid="debrief-fold"
          onClick={() => onFold(!isFolded)}
        >
          <Icon name={isFolded ? 'down' : 'up'} />
        </ActionIcon>
      </header>
      <p className={styles.headline} data-testid="debrief-headline">
        {words.behaviour(debrief)}
      </p>
      {!isFolded && (
        <>
          <Lead lead={lead} />
          {heldOut === null && <p>{words.noHeldOut}</p>}
          {problem !== null && <p>{words.notAsked(problem)}</p>}
          {problem === null && pairs === null && <p role="status">{words.asking}</p>}
          {pairs && <Pairs title={words.sides} pairs={pairs.slice(0, 1)} step={step} />}
          <p className={styles.next}>
            <b>{words.next}</b>
            <span>{words.nextWhy(next)}</span>
            <Button
              size="compact-sm"
              variant="default"
              data-testid="debrief-next"
              data-kind={next.kind}
              onClick={onNext}
            >
              {words.nextDo(next)}
            </Button>
          </p>
          <More debrief={debrief} pairs={pairs?.slice(1) ?? []} />
        </>
      )}
    </section>
  );
}
