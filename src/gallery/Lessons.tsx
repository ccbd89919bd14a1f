/** @file Exhibits of the lessons: the list, and a question in every state of its run. */
import { LessonList } from '../ui/lessons/LessonList.tsx';
import { LessonPanel, type QuestionView, type RunView } from '../ui/lessons/LessonPanel.tsx';
import { Exhibit } from './Exhibit.tsx';

const ignore = () => undefined;

const question = (run: RunView, predicted: string | null): QuestionView => ({
  set: 'group size 2',
  question: 'What will the reward do?',
  choices: [
    { id: 'up', label: 'It rises.' },
    { id: 'flat', label: 'It stays where it is.' },
  ],
  predicted,
  steps: 20,
  run,
  after: 'What there is to learn from it.',
});

const questions: readonly (readonly [string, QuestionView])[] = [
  ['asked', question({ state: 'none', uncounted: false }, null)],
  ['a run that does not count', question({ state: 'none', uncounted: true }, 'up')],
  ['training', question({ state: 'training', step: 7 }, 'up')],
  ['kept', question({ state: 'kept', step: 7 }, 'up')],
  ['changed', question({ state: 'changed' }, 'up')],
  ['right', question({ state: 'done', answer: 'up', measured: 'From 0.42 to 0.81.' }, 'up')],
  ['wrong', question({ state: 'done', answer: 'flat', measured: 'From 0.42 to 0.43.' }, 'up')],
  ['unclear', question({ state: 'done', answer: null, measured: 'From 0.42 to 0.50.' }, 'up')],
];

export function Lessons() {
  const lessons = [0, 2, 4].map((done) => ({
    id: String(done),
    title: `A lesson ${done} steps in`,
    summary: 'What it is about.',
    done,
    steps: 4,
  }));
  return (
    <>
      <Exhibit name="Lessons: list">
        <LessonList lessons={lessons} kept={false} onOpen={ignore} />
      </Exhibit>
      {questions.map(([state, asking]) => (
        <Exhibit key={state} name={`Lesson: ${state}`}>
          <LessonPanel
            number={1}
            title="What a group is for"
            index={1}
            count={4}
            heading="A step"
            opened={false}
            prose={['One paragraph of it.']}
            lit="settings"
            question={asking}
            onPredict={ignore}
            onSet={ignore}
            onRun={ignore}
            onGoOn={ignore}
            onMove={ignore}
            onLeave={ignore}
          />
        </Exhibit>
      ))}
    </>
  );
}
