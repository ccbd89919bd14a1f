/** @file The debrief of a run that ended, or that is paused and was asked for it; its code is loaded then. */
import { Suspense, useState } from 'react';
import { loadedPart } from '../../ui/Part.tsx';
import type { PartsProps } from '../parts.ts';
import type { ComparisonState } from '../stores/comparison.ts';
import type { RunState } from '../stores/runStore.ts';
import { askedOf, debriefAsked, momentOf } from '../stores/viewStore.ts';
import { useStore } from '../useSampled.ts';

const Debrief = loadedPart('debrief', async () => (await import('./DebriefResult.tsx')).DebriefResult);

const statusOf = ({ status, replaying }: RunState) => (replaying ? 'loading' : status);
const keyOf = ({ key }: RunState) => key;

interface DebriefAreaProps extends Pick<PartsProps, 'session' | 'tasks' | 'place' | 'comparison'> {
  /** A lesson draws its own conclusions. */
  readonly isFoldedFirst: boolean;
}

export function DebriefArea({ isFoldedFirst, ...props }: DebriefAreaProps) {
  const { session, comparison } = props;
  const status = useStore(session.run, statusOf);
  const moment = useStore(session.run, momentOf);
  const asked = useStore(debriefAsked, askedOf);
  const key = useStore(session.run, keyOf);
  const isCompared = useStore(comparison, ({ plan }: ComparisonState) => plan?.runs.some(({ id }) => id === key));
  const [isFolded, setFolded] = useState(isFoldedFirst);
  const isDue = (status === 'finished' && !isCompared) || (status === 'paused' && asked === moment);
  if (!isDue) return null;
  return (
    <Suspense fallback={null}>
      <Debrief key={moment} {...props} isAsked={asked === moment} isFolded={isFolded} onFold={setFolded} />
    </Suspense>
  );
}
