/** @file The debrief of a run: its outcome in words, what changed and what did not, and answers before and after. */
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

function Pairs({ pairs, problem, step }: Pick<DebriefPanelProps, 'pairs' | 'problem'> & { readonly step: number }) {
  return (
    <div className={styles.pairs} role="group" aria-label={words.sides}>
      <h3>{words.sides}</h3>
      {problem !== null && <p>{words.notAsked(problem)}</p>}
      {problem === null && pairs === null && <p role="status">{words.asking}</p>}
      {pairs?.map(({ prompt, answer, base, tuned }) => (
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

/** The outcome in a sentence or two. */
function Headline({ debrief: { heldOut, style } }: Pick<DebriefPanelProps, 'debrief'>) {
  return (
    <p className={styles.headline} data-testid="debrief-headline">
      <span>{heldOut ? words.heldOut(heldOut) : words.noHeldOut}</span>
      {heldOut?.verdict === 'open' && <span>{words.noChange}</span>}
      {style && <span>{words.style(style)}</span>}
    </p>
  );
}

export function DebriefPanel({ debrief, pairs, problem, isAsked, isFolded, onFold, onNext }: DebriefPanelProps) {
  const heading = useId();
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isAsked) panel.current?.focus();
  }, [isAsked]);
  const { heldOut, changes, next, step, window } = debrief;
  const all = heldOut ? [heldOut, ...changes] : changes;
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
      <Headline debrief={debrief} />
      {!isFolded && (
        <>
          <div className={styles.columns}>
            <div>
              <Changes title={words.changed} changes={all.filter(({ verdict }) => verdict !== 'open')} />
              <Changes title={words.unchanged} changes={all.filter(({ verdict }) => verdict === 'open')} />
            </div>
            <Pairs pairs={pairs} problem={problem} step={step} />
          </div>
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
          <small>{`${words.about(step, window, heldOut?.step ?? null)} ${words.rule}`}</small>
        </>
      )}
    </section>
  );
}
