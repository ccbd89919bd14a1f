/** @file A task from the parts that every task needs; the others get a default here. */
import type { Random } from '../lib/random.ts';
import type { Example, Task } from './task.ts';

type WithDefault = 'methods' | 'defaultMix' | 'demonstration';
/** A task whose methods and demonstrations may be left out. */
export type TaskDefinition = Omit<Task, WithDefault> & Partial<Pick<Task, WithDefault>>;

/** Problems tried for a wrong answer before the empty completion is used. */
const MAX_TRIES = 100;

/** The example's answer, or with `wrong` the answer of another problem that the verifier rejects here. */
export function answerOf(task: TaskDefinition, stream: Random, example: Example, wrong: boolean): string {
  if (!wrong) return example.answer;
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const { answer } = task.example(stream, 'train', example.difficulty);
    if (!task.verify(example, answer).correct) return answer;
  }
  return '';
}

/** The whole task. Without methods of its own, its demonstrations are answers of its problems. */
export const defineTask = (definition: TaskDefinition): Task => ({
  methods: [],
  defaultMix: { methods: {} },
  demonstration: (stream, example, _method, wrong) => answerOf(definition, stream, example, wrong),
  ...definition,
});
