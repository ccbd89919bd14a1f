/**
 * @file Ask both policies, wired to the trainer: held-out problems of the run’s task, with new random numbers per
 * question.
 */
import { useState } from 'react';
import { random } from '../../lib/random.ts';
import type { TrainConfig } from '../../rl/config/config.ts';
import { sentenceOf } from '../../rl/run/failure.ts';
import { policies } from '../../rl/pretraining/policies.ts';
import { askedTask } from '../../rl/prompts/priorPrompt.ts';
import type { Example, Task } from '../../tasks/task.ts';
import { AskPanel, type AskResult } from '../../ui/inspector/AskPanel.tsx';
import { text } from '../../ui/text.ts';
import type { RunState, RunStore } from '../stores/runStore.ts';
import { useStore } from '../useSampled.ts';

const SAMPLES = 4;
const runConfigOf = (state: RunState): TrainConfig | null => state.config;
const keyOf = (state: RunState) => state.key;
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

export function AskArea({
  run,
  tasks,
  settings,
}: {
  readonly run: RunStore;
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
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [answered, setAnswered] = useState<{ readonly key: string; readonly result: AskResult } | null>(null);
  const key = useStore(run, keyOf);
  // A question for another task and answers of another run do not apply.
  const example = draw(0).prompt;
  const question = typed?.task === config.task ? typed : { prompt: example, task: config.task };
  const result = answered?.key === key ? answered.result : null;

  const ask = async () => {
    const { prompt } = question;
    if (prompt === '') return setError(text.ask.needPrompt);
    setBusy(true);
    setError(null);
    try {
      const { step, key: askedOf } = run.getState();
      const answers = await run
        .trainer()
        .ask(prompt, { temperature: config.temperature, seed: config.seed + asked, samples: SAMPLES });
      setAnswered({ key: askedOf, result: { prompt, step, ...answers } });
      setAsked(asked + 1);
    } catch (cause) {
      setError(text.ask.refused(sentenceOf(cause)));
    } finally {
      setBusy(false);
    }
  };
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
      onPrompt={(prompt) => setTyped({ prompt, task: config.task })}
      onRandom={() => {
        setTyped(draw(draws));
        setDraws(draws + 1);
        setError(null);
      }}
      onAsk={() => void ask()}
    />
  );
}
