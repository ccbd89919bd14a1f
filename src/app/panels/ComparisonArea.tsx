/** @file Above the charts while arms of a stored result are run again: which arm this is, the next one, the way back. */
import { Button } from '@mantine/core';
import { comparisonWords as words } from '../../ui/atlas/comparisonWords.ts';
import { Message } from '../../ui/Message.tsx';
import type { Comparison, ComparisonState } from '../stores/comparison.ts';
import type { PlaceStore } from '../stores/placeStore.ts';
import { useStore } from '../useSampled.ts';
import styles from '../App.module.css';

const all = (state: ComparisonState) => state;

export function ComparisonArea({ comparison, place }: { readonly comparison: Comparison; readonly place: PlaceStore }) {
  const { result, arm } = useStore(comparison, all);
  if (!result || !arm) return null;
  const next = comparison.next();
  const buttons = (
    <span className={styles.actions}>
      {next && <Button size="compact-sm" data-testid="next-arm" onClick={() => comparison.run(result, next)}>{words.next(next.title)}</Button>}
      <Button size="compact-sm" variant="default" onClick={() => place.go({ view: 'atlas', entry: result.experiment })}>{words.back}</Button>
      <Button size="compact-sm" variant="default" onClick={comparison.end}>{words.end}</Button>
    </span>
  );
  return (
    <Message kind="note" title={words.title(result.experiment, arm.title)} testId="comparison" action={buttons}>
      <p>{words.place(result.arms.indexOf(arm) + 1, result.arms.length)}</p>
    </Message>
  );
}
