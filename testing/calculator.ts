/** @file A task of two turns: the policy writes an expression and a call, a calculator answers, the policy concludes. */
import { environmentFrom } from '../src/tasks/environment.ts';
import { turnsTerm } from '../src/tasks/rewardTerms.ts';
import type { Example, Task } from '../src/tasks/task.ts';

/** Closes an expression and asks for its value. */
export const CALL = '?';
/** Ends the calculator's answer. */
export const ANSWERED = ';';

const isExpression = (text: string): boolean => /^[0-9]{1,2}([+][0-9]{1,2})*$/.test(text);
const valueOf = (expression: string): number => expression.split('+').reduce((sum, term) => sum + Number(term), 0);

/** The calculator's words: a sum, or `!` for text that is no expression. */
export const calculated = (call: string): string => {
  const expression = call.slice(0, -CALL.length);
  return `${isExpression(expression) ? valueOf(expression) : '!'}${ANSWERED}`;
};

/** Share of the reward that a call earns whose expression has a value; the conclusion earns the rest. */
export const CALL_REWARD = 0.5;

interface State {
  readonly example: Example;
  readonly last: string | null;
}

/** After a call: half for repeating the calculator's number, half for the right number. */
function conclusionReward({ example, last }: State, text: string): number {
  const earned = [text === last, text === example.answer];
  return last === null ? 0 : ((1 - CALL_REWARD) * earned.filter(Boolean).length) / earned.length;
}

const environment = () =>
  environmentFrom<State>({
    stops: [CALL],
    start: (example) => ({ example, last: null }),
    step(state, text) {
      if (state.last !== null || !text.endsWith(CALL))
        return { state, observation: '', reward: conclusionReward(state, text), done: true };
      const observation = calculated(text);
      const last = observation.slice(0, -ANSWERED.length);
      return {
        state: { ...state, last },
        observation,
        reward: last === '!' ? 0 : CALL_REWARD,
        done: false,
      };
    },
  });

function posed(a: number, b: number): Example {
  return {
    prompt: `${a}+${b}=`,
    answer: String(a + b),
    canonical: `${Math.min(a, b)}+${Math.max(a, b)}`,
    difficulty: 1,
  };
}

export const calculator: Task = {
  id: 'calculator',
  title: 'Sums with a calculator',
  summary: 'Add two digits: write an expression, call the calculator, conclude.',
  difficulty: { label: 'Digits', unit: 'digits', min: 1, max: 1, default: 1, summary: 'Always one digit each.' },
  methods: [{ id: 'call', label: 'Calculator', summary: 'The calculator was called.' }],
  rewardTerms: [turnsTerm],
  defaultMix: { methods: { call: 1 } },
  lengths: () => ({ prompt: 4, completion: 12 }),
  example: (random) => posed(random.integer(1, 9), random.integer(1, 9)),
  read(prompt) {
    const [, a, b] = /^([1-9])\+([1-9])=$/.exec(prompt) ?? [];
    return a && b ? posed(Number(a), Number(b)) : null;
  },
  verify({ answer }, completion) {
    const parsed = completion.split(ANSWERED).at(-1) ?? '';
    const wellFormed = /^[0-9+]+\?[0-9]+;[0-9]+$/.test(completion);
    return { correct: wellFormed && parsed === answer, wellFormed, method: wellFormed ? 'call' : null, parsed };
  },
  demonstration: (_random, { prompt, answer }) => `${prompt.slice(0, -1)}${CALL}${answer}${ANSWERED}${answer}`,
  environment,
};
