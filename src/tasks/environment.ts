/** @file How environments are made: from a conversation, or for a task that is answered in one turn. */
import type { Environment, EnvironmentStep, Example, Task } from './task.ts';

/** The definition of an environment by an immutable state, so that going back and forking need no code. */
export interface Conversation<State> {
  readonly stops: readonly string[];
  start(example: Example): State;
  step(state: State, text: string): EnvironmentStep & { readonly state: State };
}

/** The environment of a conversation. Its steps throw an Error before the first `reset`. */
export function environmentFrom<State>({ stops, start, step }: Conversation<State>): Environment {
  let current: { readonly state: State } | null = null;
  const taken = (text: string): EnvironmentStep => {
    if (!current) throw new Error('environment: reset it before the first step');
    const { state, ...answer } = step(current.state, text);
    current = { state };
    return answer;
  };
  return {
    stops,
    reset(example) {
      current = { state: start(example) };
      return example.prompt;
    },
    step: taken,
    async restore(example, actions) {
      current = { state: start(example) };
      return actions.map(taken).at(-1) ?? null;
    },
  };
}

/** Ends after one turn; the task's verifier judges the completion as a whole afterwards. */
const oneTurn = (): Environment =>
  environmentFrom<Example>({
    stops: [],
    start: (example) => example,
    step: (example) => ({ state: example, observation: '', reward: 0, done: true }),
  });

/** A fresh environment of the task: its own, or that of one turn. */
export const environmentOf = (task: Pick<Task, 'environment'>): Environment => task.environment?.() ?? oneTurn();
