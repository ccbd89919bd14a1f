/** @file Exhibits of the lessons: the list, and a question in every state of its run. */
import { LessonList } from '../ui/lessons/LessonList.tsx';
import { LessonEnd } from '../ui/lessons/LessonEnd.tsx';
import { LessonPanel } from '../ui/lessons/LessonPanel.tsx';
import type { QuestionView, RunView } from '../ui/lessons/LessonQuestion.tsx';
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
    skipped: done === 4 ? 1 : 0,
    ended: done === 4,
  }));
  return (
    <>
      <Exhibit name="Lessons: list">
        <LessonList
          lessons={lessons}
          own={lessons.slice(0, 1).map((line) => ({ ...line, id: 'own' }))}
          problem="own.json: steps[0].title: text is needed."
          kept={false}
          notes={[{ title: 'A lesson', notes: ['Ask first, then run.'] }]}
          plan={[{ minutes: '0 to 5', doing: 'Read the answers aloud.' }]}
          onOpen={ignore}
          onFile={async () => undefined}
          onRemove={ignore}
        />
      </Exhibit>
      <Exhibit name="Lesson: end">
        <LessonEnd
          name="Lesson 1: What a group is for"
          origin="A teacher’s lesson."
          found={[
            { id: 'first', title: 'Groups of two', answer: { verdict: 'right', measured: '52 % were flat.' } },
            { id: 'second', title: 'Groups of eight', answer: null },
          ]}
          learnt={['What there is to keep.']}
          next="The leash: KL and β"
          onNext={ignore}
          onOpen={ignore}
          onAgain={ignore}
          onLeave={ignore}
        />
      </Exhibit>
      {questions.map(([state, asking]) => (
        <Exhibit key={state} name={`Lesson: ${state}`}>
          <LessonPanel
            name="Lesson 1: What a group is for"
            origin={null}
            evidence={null}
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
