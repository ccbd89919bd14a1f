/** @file One problem of a task: a right and a wrong demonstration by each method, with their rewards. */
import { random } from '../lib/random.ts';
import { scoreNow } from '../tasks/rewardTerms.ts';
import type { Example, Task } from '../tasks/task.ts';
import { SceneFigure } from '../ui/scenes/SceneFigure.tsx';
import styles from './gallery.module.css';

function Demonstration({
  task,
  example,
  method,
  wrong,
}: {
  readonly task: Task;
  readonly example: Example;
  readonly method: string;
  readonly wrong: boolean;
}) {
  const completion = task.demonstration(random('gallery', task.id), example, method, wrong);
  const verdict = task.verify(example, completion);
  const scene = task.scene?.(example, completion);
  const scores = task.rewardTerms
    .map((term) => `${term.id} ${Number(scoreNow(term, verdict, completion, example).toFixed(2))}`)
    .join(', ');
  return (
    <div className={styles.sample}>
      <p>
        <code translate="no">{completion}</code>
        <span>{` ${method === '' ? '' : `${method}, `}${verdict.correct ? 'right' : 'wrong'}; ${scores}`}</span>
      </p>
      {scene && <SceneFigure scene={scene} />}
    </div>
  );
}

export function TaskSample({ task }: { readonly task: Task }) {
  const { label, min, max, default: difficulty, unseen, unit } = task.difficulty;
  const example = task.example(random('gallery problem', task.id), 'heldout', difficulty);
  return (
    <section>
      <h3>{`${task.title} (${task.id})`}</h3>
      <p>{`${task.summary} ${label}: ${min} to ${max} ${unit}, here ${difficulty}${unseen === undefined ? '' : `; ${unseen} is shown to no base`}.`}</p>
      <p>
        <code translate="no">{example.prompt}</code>
      </p>
      <div className={styles.samples}>
        {(task.methods.length > 0 ? task.methods.map(({ id }) => id) : ['']).flatMap((id) =>
          [false, true].map((wrong) => (
            <Demonstration key={`${id} ${wrong}`} task={task} example={example} method={id} wrong={wrong} />
          )),
        )}
      </div>
    </section>
  );
}
