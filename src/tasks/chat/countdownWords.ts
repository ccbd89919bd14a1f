/** @file Countdown asked in words; its problems and their answers are those of `countdown`. */
import { checkerOf } from '../checkers.ts';
import { countdown, drawCountdown, numbersUsed } from '../countdown.ts';
import { evaluateExpression } from '../expression.ts';
import type { Checked } from '../own/checker.ts';
import { countdownWordsPython } from '../python/checkers.ts';
import { stepsTerm } from '../rewardTerms.ts';
import type { Example } from '../task.ts';
import { chatTask, questionOf } from './chatTask.ts';

const expression = checkerOf('expression');

const QUESTION =
  /^Make (\d+) from ((?:\d+, )+\d+ and \d+): an expression with \+, -, \* or \/ that uses each number once\.$/;

/** Numbers and target of a question; null for another text. */
function gameOf(question: string): { readonly numbers: readonly number[]; readonly target: string } | null {
  const [, target, list = ''] = QUESTION.exec(question) ?? [];
  return target === undefined ? null : { numbers: list.split(/, | and /).map(Number), target };
}

/** The question in a prompt of `countdown`, such as `3,5,7:22=`. */
function questionFor(prompt: string): string {
  const [numbers = '', target = ''] = prompt.slice(0, -1).split(':');
  const listed = numbers.replaceAll(',', ', ').replace(/, (\d+)$/, ' and $1');
  return `Make ${target} from ${listed}: an expression with +, -, * or / that uses each number once.`;
}

/** `parsed` is the expression, but the example's answer for a right one: several are right. */
function check(completion: string, { prompt, answer }: Pick<Example, 'prompt' | 'answer'>): Checked {
  const { numbers, target } = gameOf(questionOf(prompt) ?? '') ?? { numbers: [], target: '' };
  const { correct, parsed } = expression.check(completion, { answer: target, columns: { numbers } });
  return { correct, parsed: correct ? answer : parsed };
}

function shareUsed(completion: string, example: Example): number {
  const { correct, parsed } = check(completion, example);
  const evaluation = evaluateExpression(parsed ?? '');
  if (correct || !evaluation) return Number(correct);
  return numbersUsed(evaluation, gameOf(questionOf(example.prompt) ?? '')?.numbers ?? []);
}

export const countdownWords = chatTask({
  id: 'countdown-words',
  title: 'Countdown in words',
  summary: countdown.summary,
  difficulty: {
    label: 'Numbers',
    unit: 'numbers',
    min: countdown.difficulty.min,
    max: countdown.difficulty.max,
    default: 3,
    summary: countdown.difficulty.summary,
  },
  check,
  python: countdownWordsPython,
  terms: [stepsTerm('Share of the given numbers that the expression uses.', shareUsed)],
  longest: (count) => ({ question: 4 * count + 79, answer: countdown.lengths(count).completion }),
  draw(random, count) {
    const drawn = drawCountdown(random, count);
    return drawn && { question: questionFor(drawn.prompt), answer: drawn.answer };
  },
  read(question) {
    const game = gameOf(question);
    const found = game && countdown.read?.(`${game.numbers.join(',')}:${game.target}=`);
    return found ? { answer: '', canonical: found.canonical, difficulty: found.difficulty } : null;
  },
});
