/** @file A task of two turns: the policy writes an expression and a call, a calculator answers, the policy concludes. */
import { assert } from '../src/lib/assert.ts';
import { environmentFrom } from '../src/tasks/environment.ts';
import { turnsTerm } from '../src/tasks/rewardTerms.ts';
import { assertDifficulty, drawFromSplit } from '../src/tasks/split.ts';
import type { Difficulty, Example, Task } from '../src/tasks/task.ts';

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

function exampleOf(a: number, b: number): Example {
  return {
    prompt: `${a}+${b}=`,
    answer: String(a + b),
    canonical: `${Math.min(a, b)}+${Math.max(a, b)}`,
    difficulty: 1,
  };
}

const digits: Difficulty = {
  label: 'Digits',
  unit: 'digits',
  min: 1,
  max: 1,
  default: 1,
  summary: 'Digits of each number; always one.',
};

export const calculator: Task = {
  id: 'calculator',
  title: 'Sums with a calculator',
  summary: 'Add two digits: write an expression, call the calculator, conclude.',
  difficulty: digits,
  // 1+1 to 9+9, the order left aside; the commonest answer, 10, has five of them.
  problems: 45,
  chance: 0.2,
  methods: [
    { id: 'direct', label: 'At once', summary: 'Answered without the calculator.' },
    { id: 'call', label: 'Calculator', summary: 'The calculator was called.' },
  ],
  rewardTerms: [turnsTerm],
  defaultMix: { methods: { direct: 0.5, call: 0.5 } },
  lengths(difficulty) {
    assertDifficulty('calculator', digits, difficulty);
    return { prompt: 4, completion: 12 };
  },
  example(random, split, difficulty) {
    assertDifficulty('calculator', digits, difficulty);
    return drawFromSplit('calculator', split, () => exampleOf(random.integer(1, 9), random.integer(1, 9)));
  },
  read(prompt) {
    const [, a, b] = /^([1-9])\+([1-9])=$/.exec(prompt) ?? [];
    return a && b ? exampleOf(Number(a), Number(b)) : null;
  },
  verify({ answer }, completion) {
    const [, call, parsed = null] = /^([0-9+]+\?[0-9]+;)?([0-9]+)$/.exec(completion) ?? [];
    const method = call ? 'call' : 'direct';
    return { correct: parsed === answer, wellFormed: parsed !== null, method: parsed === null ? null : method, parsed };
  },
  demonstration(_random, { prompt, answer }, method, wrong) {
    const expression = prompt.slice(0, -1);
    const conclusion = wrong ? String(Number(answer) + 1) : answer;
    assert(method === 'direct' || method === 'call', `method: there is no "${method}"`);
    return method === 'direct' ? conclusion : `${expression}${CALL}${answer}${ANSWERED}${conclusion}`;
  },
  environment,
};
