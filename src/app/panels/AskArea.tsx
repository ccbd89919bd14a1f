/**
 * @file Ask both policies, wired to the trainer: held-out problems of the run’s task, with new random numbers per
 * question.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import { random } from '../../lib/random.ts';
import type { TrainConfig } from '../../rl/config/config.ts';
import { sentenceOf } from '../../rl/run/failure.ts';
import { policies } from '../../rl/pretraining/policies.ts';
import { askedTask } from '../../rl/prompts/priorPrompt.ts';
import type { Example, Task } from '../../tasks/task.ts';
import { AskPanel, type AskResult } from '../../ui/inspector/AskPanel.tsx';
import { text } from '../../ui/text.ts';
import type { RunState, RunStore } from '../stores/runStore.ts';
import type { ViewedState, Viewing } from '../stores/viewing.ts';
import { useSampled, useStore } from '../useSampled.ts';

const SAMPLES = 4;
const runConfigOf = (state: RunState): TrainConfig | null => state.config;
const keyOf = (state: RunState) => state.key;
const stepOf = (state: ViewedState) => state.step;
const runStepOf = (state: RunState) => state.step;
/** The step at which the run rests; null while it trains. */
const restOf = ({ status, step, replaying }: RunState) =>
  !replaying && (status === 'ready' || status === 'paused' || status === 'finished') ? step : null;

/** Milliseconds; a question that took longer is asked again only by a press. */
const QUICK = 1000;
const askableOf = (state: RunState) => state.info !== null && state.status !== 'failed' && state.status !== 'loading';

/** Sentence on the prompts that the policy can answer. */
function knowledge({ policy, task }: TrainConfig, example: string): string {
  const isTaught = policies.some(({ id, tasks }) => id === policy && tasks.includes(task));
  return (isTaught ? text.ask.knowsTaught : text.ask.knowsTask)(example);
}

/** The true answer to a prompt, null if it is no problem of the task. */
export const answerTo = (config: TrainConfig, prompt: string): string | null =>
  askedTask(config).read?.(prompt)?.answer ?? null;

/** A held-out problem of the run's task, the same for the same `draw`. */
export function heldOut(task: Task | undefined, config: TrainConfig, draw: number): Example | null {
  return task ? askedTask(config).example(random(config.seed, 'ask', draw), 'heldout', config.difficulty) : null;
}

/** Inputs of an answer besides the policy; asking twice draws new random numbers. */
interface Question {
  readonly prompt: string;
  /** The task of the question. */
  readonly task: string;
}

/** A question to the run of this key, with the random numbers of this draw. */
interface Asked {
  readonly prompt: string;
  readonly draw: number;
  readonly key: string;
}

/**
 * Answers of the base and of the policy at the viewed step; the question is asked again when another step is viewed, or
 * when the run rests at another step.
 */
function useAnswers(run: RunStore, viewing: Viewing) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [answered, setAnswered] = useState<{ readonly key: string; readonly result: AskResult } | null>(null);
  const viewed = useStore(viewing, stepOf);
  const rest = useStore(run, restOf);
  const newest = useRef<Asked | null>(null);
  const took = useRef(0);
  const ask = useCallback(
    async (question: Asked) => {
      newest.current = question;
      const isNewest = () => newest.current === question;
      const from = performance.now();
      setBusy(true);
      setError(null);
      try {
        const reader = await viewing.reader();
        const { config, step, key } = reader?.getState() ?? run.getState();
        if (!reader || !config || key !== question.key) return;
        const { prompt, draw } = question;
        const options = { temperature: config.temperature, seed: config.seed + draw, samples: SAMPLES };
        const answers = await reader.trainer().ask(prompt, options);
        // At an earlier step the time is that of its rebuilding.
        if (reader === run) took.current = performance.now() - from;
        if (isNewest()) setAnswered({ key, result: { prompt, step, ...answers } });
      } catch (cause) {
        if (isNewest()) setError(text.ask.refused(sentenceOf(cause)));
      } finally {
        if (isNewest()) setBusy(false);
      }
    },
    [run, viewing],
  );
  useEffect(() => {
    const before = newest.current;
    if (!before || before.key !== run.getState().key || (viewed === null && (rest === null || took.current > QUICK)))
      return;
    // A copy is a new question: the answer to the one before no longer counts.
    void ask({ ...before });
  }, [viewed, rest, run, ask]);
  return { busy, error, setError, answered, viewed, ask };
}

export function AskArea({
  run,
  viewing,
  tasks,
  settings,
}: {
  readonly run: RunStore;
  readonly viewing: Viewing;
  readonly tasks: readonly Task[];
  readonly settings: TrainConfig;
}) {
  const config = useStore(run, runConfigOf) ?? settings;
  const enabled = useStore(run, askableOf);
  const task = tasks.find((candidate) => candidate.id === config.task);
  const draw = (count: number): Question => {
    return { prompt: heldOut(task, config, count)?.prompt ?? '', task: config.task };
  };
  const [draws, setDraws] = useState(1);
  const [asked, setAsked] = useState(0);
  const [typed, setTyped] = useState<Question | null>(null);
  const { busy, error, setError, answered, viewed, ask } = useAnswers(run, viewing);
  const newestStep = useSampled(run, runStepOf, 200);
  const key = useStore(run, keyOf);
  // A question for another task and answers of another run do not apply.
  const example = draw(0).prompt;
  const question = typed?.task === config.task ? typed : { prompt: example, task: config.task };
  const result = answered?.key === key ? answered.result : null;

  const submit = () =>
    question.prompt === '' ? setError(text.ask.needPrompt) : void ask({ prompt: question.prompt, draw: asked, key });
  return (
    <AskPanel
      prompt={question.prompt}
      trueAnswer={task ? answerTo(config, question.prompt) : null}
      example={example}
      knows={knowledge(config, example)}
      enabled={enabled}
      busy={busy}
      error={error}
      result={result}
      shown={viewed ?? newestStep}
      onPrompt={(prompt) => setTyped({ prompt, task: config.task })}
      onRandom={() => {
        setTyped(draw(draws));
        setDraws(draws + 1);
        setError(null);
      }}
      onAsk={() => {
        setAsked(asked + 1);
        submit();
      }}
    />
  );
}
