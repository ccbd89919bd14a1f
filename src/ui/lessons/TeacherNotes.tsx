/** @file Notes for teachers on each lesson, and the plan of a lesson of 45 minutes. */
import { lessonWords } from './words.ts';
import styles from './Lessons.module.css';

const words = lessonWords.teacher;

export interface NotesView {
  readonly title: string;
  readonly notes: readonly string[];
}

export interface PlanLine {
  readonly minutes: string;
  readonly doing: string;
}

function Plan({ plan }: { readonly plan: readonly PlanLine[] }) {
  return (
    <table className={styles.plan} data-testid="plan">
      <thead>
        <tr>
          <th scope="col">{words.minutes}</th>
          <th scope="col">{words.doing}</th>
        </tr>
      </thead>
      <tbody>
        {plan.map(({ minutes, doing }) => (
          <tr key={minutes}>
            <th scope="row">{minutes}</th>
            <td>{doing}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function TeacherNotes({
  notes,
  plan,
}: {
  readonly notes: readonly NotesView[];
  readonly plan: readonly PlanLine[];
}) {
  return (
    <section data-testid="teacher" aria-label={words.title}>
      <h2>{words.title}</h2>
      <details>
        <summary>{words.plan}</summary>
        <Plan plan={plan} />
      </details>
      {notes.map(({ title, notes: lines }) => (
        <details key={title}>
          <summary>{words.notes(title)}</summary>
          <ul className={styles.found}>
            {lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </details>
      ))}
    </section>
  );
}
