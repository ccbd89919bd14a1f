/** @file The debrief, wired to the run at rest: its rows, and both policies asked about held-out problems. */
import { useEffect, useMemo, useState } from 'react';
import { sentenceOf } from '../../rl/run/failure.ts';
import type { Task } from '../../tasks/task.ts';
import { DebriefPanel } from '../../ui/debrief/DebriefPanel.tsx';
import type { NextStep, PairView } from '../../ui/debrief/view.ts';
import { debriefOf } from '../debrief.ts';
import { nextStepAfter } from '../nextStep.ts';
import { type PartsProps, useRunTask } from '../parts.ts';
import { isLessonId } from '../../lessons/list.ts';
import type { RunState, RunStore } from '../stores/runStore.ts';
import { useStore } from '../useSampled.ts';
import { lessonProgress } from '../views/lessonProgress.ts';
import { answerTo, heldOut } from './AskArea.tsx';

const rowsOf = ({ rows }: RunState) => rows;
const configOf = ({ config }: RunState) => config;
const presetOf = ({ preset }: RunState) => preset;

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

function usePairs(run: RunStore, task: Task | undefined, isWanted: boolean) {
  const [pairs, setPairs] = useState<readonly PairView[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    if (!task || !isWanted) return;
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

export interface DebriefResultProps extends Pick<PartsProps, 'session' | 'tasks' | 'place'> {
  readonly isAsked: boolean;
  readonly isFolded: boolean;
  readonly onFold: (on: boolean) => void;
}

export function DebriefResult({ session, tasks, place, isAsked, isFolded, onFold }: DebriefResultProps) {
  const { run } = session;
  const rows = useStore(run, rowsOf);
  const config = useStore(run, configOf);
  const preset = useStore(run, presetOf);
  const task = useRunTask({ session, tasks });
  const found = useMemo(() => (task && config ? debriefOf(rows, task, config) : null), [rows, task, config]);
  const { pairs, problem } = usePairs(run, task, found !== null && !isFolded);
  if (!found || !config) return null;
  const isOpened = (id: Parameters<typeof lessonProgress.of>[0]) => lessonProgress.of(id).step > 0;
  const next = nextStepAfter(found, { config, preset, moreSteps: session.moreSteps(), isOpened });
  return (
    <DebriefPanel
      debrief={{ ...found, next }}
      pairs={pairs}
      problem={problem}
      isAsked={isAsked}
      isFolded={isFolded}
      onFold={onFold}
      onNext={() => void follow(next, { session, place })}
    />
  );
}
