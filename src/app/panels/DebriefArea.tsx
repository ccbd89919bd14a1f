/** @file The debrief of a run that ended, or that is paused and was asked for it; both policies are asked for it. */
import { Suspense, useEffect, useState } from 'react';
import { isLessonId } from '../../lessons/list.ts';
import { sentenceOf } from '../../rl/run/failure.ts';
import type { Task } from '../../tasks/task.ts';
import { FEWEST_STEPS, type NextStep, type PairView } from '../../ui/debrief/view.ts';
import { loadedPart } from '../../ui/Part.tsx';
import { type PartsProps, useRunTask } from '../parts.ts';
import type { ComparisonState } from '../stores/comparison.ts';
import type { RunState, RunStore } from '../stores/runStore.ts';
import { askedOf, debriefAsked, momentOf } from '../stores/viewStore.ts';
import { useStore } from '../useSampled.ts';
import { answerTo, heldOut } from './AskArea.tsx';

const DebriefResult = loadedPart('debrief', async () => (await import('./DebriefResult.tsx')).DebriefResult);

/** Held-out prompts that are asked, and answers of each policy to each. */
const PROMPTS = 2;
const SAMPLES = 2;

/** Held-out prompts in their order, without a choice among them, each answered by both policies. */
async function pairsOf(run: RunStore, task: Task): Promise<readonly PairView[]> {
  const { config } = run.getState();
  if (!config) return [];
  const pairs: PairView[] = [];
  for (let draw = 0; draw < PROMPTS; draw++) {
    const prompt = heldOut(task, config, draw)?.prompt ?? '';
    const options = { temperature: config.temperature, seed: config.seed + draw, samples: SAMPLES };
    const answers = await run.trainer().ask(prompt, options);
    pairs.push({ prompt, answer: answerTo(config, prompt), ...answers });
  }
  return pairs;
}

function usePairs(run: RunStore, task: Task, isWanted: boolean) {
  const [pairs, setPairs] = useState<readonly PairView[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    if (!isWanted) return;
    let isOver = false;
    void pairsOf(run, task).then(
      (found) => !isOver && setPairs(found),
      (cause: unknown) => !isOver && setProblem(sentenceOf(cause)),
    );
    return () => void (isOver = true);
  }, [run, task, isWanted]);
  return { pairs, problem };
}

/** Follows the proposal of the debrief; a run that it opens begins to train. */
async function follow(next: NextStep, { session, place }: Pick<PartsProps, 'session' | 'place'>): Promise<void> {
  if (next.kind === 'lesson') return isLessonId(next.id) ? place.go({ view: 'lessons', lesson: next.id }) : undefined;
  if (next.kind === 'preset') session.settings.choosePreset(next.id);
  if (next.kind === 'seed') session.settings.setKnob('seed', next.seed);
  if (next.kind !== 'more') await session.reset();
  await session.toggle();
}

const statusOf = ({ status, replaying }: RunState) => (replaying ? 'loading' : status);
const keyOf = ({ key }: RunState) => key;
const rowsOf = ({ rows }: RunState) => rows;
const configOf = ({ config }: RunState) => config;
const presetOf = ({ preset }: RunState) => preset;

interface DebriefProps extends Pick<PartsProps, 'session' | 'place'> {
  readonly task: Task;
  readonly isAsked: boolean;
  readonly isFolded: boolean;
  readonly onFold: (on: boolean) => void;
}

function Debrief({ session, place, task, isAsked, isFolded, onFold }: DebriefProps) {
  const { run } = session;
  const rows = useStore(run, rowsOf);
  const config = useStore(run, configOf);
  const preset = useStore(run, presetOf);
  const answers = usePairs(run, task, !isFolded);
  if (!config) return null;
  return (
    <Suspense fallback={null}>
      <DebriefResult
        {...answers}
        rows={rows}
        config={config}
        preset={preset}
        task={task}
        moreSteps={session.moreSteps()}
        isAsked={isAsked}
        isFolded={isFolded}
        onFold={onFold}
        onNext={(next) => void follow(next, { session, place })}
      />
    </Suspense>
  );
}

interface DebriefAreaProps extends Pick<PartsProps, 'session' | 'tasks' | 'place' | 'comparison'> {
  /** A lesson draws its own conclusions. */
  readonly isFoldedFirst: boolean;
}

export function DebriefArea({ session, tasks, place, comparison, isFoldedFirst }: DebriefAreaProps) {
  const status = useStore(session.run, statusOf);
  const moment = useStore(session.run, momentOf);
  const isAsked = useStore(debriefAsked, askedOf) === moment;
  const key = useStore(session.run, keyOf);
  const isCompared = useStore(comparison, ({ plan }: ComparisonState) => plan?.runs.some(({ id }) => id === key));
  const [isFolded, setFolded] = useState(isFoldedFirst);
  const task = useRunTask({ session, tasks });
  const isDue = (status === 'finished' && !isCompared) || (status === 'paused' && isAsked);
  if (!isDue || !task || session.run.getState().step < FEWEST_STEPS) return null;
  return (
    <Debrief
      key={moment}
      session={session}
      place={place}
      task={task}
      isAsked={isAsked}
      isFolded={isFolded}
      onFold={setFolded}
    />
  );
}
