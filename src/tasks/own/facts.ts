/** @file A data file in sentences: the rows read, their division, and the rows left out. */
import type { OwnTask } from './ownTask.ts';
import type { Split } from '../task.ts';
import { type LeftOut, splitNames } from './divide.ts';
import type { RowForm } from './row.ts';

const formWords: Readonly<Record<RowForm, string>> = {
  prompt: 'prompt and answer',
  question: 'question and answer',
  gsm8k: 'question and answer with ####, as in GSM8K',
  'reasoning-gym': 'question, answer and metadata, as in Reasoning Gym',
};

const formatWords = { jsonl: 'JSON lines', csv: 'CSV', parquet: 'Parquet', task: 'a task file' } as const;

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

const leftOut = ({ count, first }: LeftOut, one: string, many: string): string[] =>
  first ? [`${counted(count, one, many)} (line ${first.line} repeats line ${first.sameAs}).`] : [];

/** Problems of a split. */
const countOf = ({ own }: OwnTask, split: Split): number =>
  own.problems.filter((problem) => problem.split === split).length;

/** One sentence a fact; those about rows that were left out only if there are any. */
export function factsOf(task: OwnTask): readonly string[] {
  const { format, forms, read, duplicates, overlaps, conflicts, problems } = task.own;
  const parts = (['train', 'validation', 'heldout'] as const).map(
    (split) => `${countOf(task, split)} ${splitNames[split]}`,
  );
  const stated = problems[0]?.row.split !== undefined;
  return [
    `${counted(read, 'row')} of ${formatWords[format]}: ${forms.map((form) => formWords[form]).join('; ')}.`,
    `${counted(problems.length, 'problem')}, divided ${stated ? 'as the file says' : 'by a hash of the prompt'}: ${parts.join(', ')}.`,
    ...leftOut(duplicates, 'repeated prompt was left out', 'repeated prompts were left out'),
    ...leftOut(
      overlaps,
      'prompt stood in two splits and stays in the one that is tested',
      'prompts stood in two splits and stay in the one that is tested',
    ),
    ...leftOut(
      conflicts,
      'repeated prompt has another answer; the first counts',
      'repeated prompts have other answers; the first counts',
    ),
  ];
}
