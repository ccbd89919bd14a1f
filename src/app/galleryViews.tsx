/**
 * @file The gallery's part for the views beside the playground: lessons, atlas, reward composer, and what the page says
 * of itself.
 */
import { statuses } from '../lessons/status.ts';
import { rewardRanges } from '../rl/rewards/composition.ts';
import { AtlasEntry } from '../ui/atlas/AtlasEntry.tsx';
import { ResultPanel } from '../ui/atlas/ResultPanel.tsx';
import { RunHere } from '../ui/atlas/RunHere.tsx';
import type { EntryView, ResultView, StatusView } from '../ui/atlas/types.ts';
import { LessonList } from '../ui/lessons/LessonList.tsx';
import { LessonPanel, type QuestionView, type RunView } from '../ui/lessons/LessonPanel.tsx';
import { OfferedTerms } from '../ui/rewards/OfferedTerms.tsx';
import { OwnTermEditor } from '../ui/rewards/OwnTermEditor.tsx';
import { TermTable } from '../ui/rewards/TermTable.tsx';
import type { DraftView, ShapingView, TermView } from '../ui/rewards/types.ts';
import { UpdateMessage } from '../ui/UpdateMessage.tsx';
import { Exhibit } from './Exhibit.tsx';

const ignore = () => undefined;

const result: ResultView = {
  claim: 'One arm learns and the other does not.',
  method: 'Made up for the gallery.',
  command: 'npm run claims -- --paper 0',
  version: '0123456789ab',
  date: '2026-01-01',
  seeds: [1, 2, 3],
  policies: ['default', 'default-b'],
  verdict: 'not reproduced',
  verdicts: { default: 'shown', 'default-b': 'not reproduced' },
  checks: [
    { rule: 'a rises', holds: true, bases: { default: true, 'default-b': true } },
    { rule: 'b falls', holds: false, bases: { default: true, 'default-b': false } },
  ],
  metrics: [
    { id: 'after', title: 'accuracy after', unit: '%', digits: 1 },
    { id: 'change', title: 'change', unit: 'points', digits: 1 },
  ],
  arms: [
    {
      arm: 'a',
      title: 'The arm that learns',
      runs: 3,
      metrics: {
        after: { mean: 81.5, interval: [74.2, 88.8] },
        change: {
          mean: 39.5,
          interval: null,
          bases: { default: { mean: 45, interval: [41, 49] }, 'default-b': { mean: 34, interval: [31, 37] } },
        },
      },
    },
    {
      arm: 'b',
      title: 'The control',
      note: 'It cannot learn.',
      runs: 1,
      metrics: { after: { mean: 42, interval: null }, change: { mean: -1.5, interval: [-4, 1] } },
    },
  ],
  comparisons: [{ of: 'a', against: 'b', metric: 'after', pairs: 3, mean: 39.5, interval: [30.1, 48.9] }],
  budget: { tokens: 120_000 },
};

const entry = (status: StatusView): EntryView => ({
  id: status,
  paper: status === 'open' ? null : 7,
  title: `A paper that is ${status}`,
  claim: 'What it claims, in one sentence.',
  arxiv: status === 'shown' ? '2402.03300' : null,
  status,
  missing: status.startsWith('partial') ? ['a reward model'] : [],
  date: status === 'open' ? null : '2026-01-01',
  seeds: [1, 2, 3],
});

function Atlas() {
  return (
    <>
      <Exhibit name="Atlas: entries">
        <ul>
          {statuses.map((status) => (
            <AtlasEntry key={status} entry={entry(status)} open={false} onOpen={ignore}>
              {null}
            </AtlasEntry>
          ))}
        </ul>
      </Exhibit>
      <Exhibit name="Atlas: result">
        <ResultPanel
          result={result}
          runHere={
            <RunHere
              arms={result.arms.map((arm) => ({ ...arm, steps: 40 }))}
              mostArms={6}
              seedLists={[[1], [1, 2], [1, 2, 3]]}
              hrefOf={() => '#'}
              onRun={ignore}
              onCompare={ignore}
            />
          }
        />
      </Exhibit>
    </>
  );
}

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

const asked: readonly (readonly [string, QuestionView])[] = [
  ['asked', question({ state: 'none', uncounted: false }, null)],
  ['a run that does not count', question({ state: 'none', uncounted: true }, 'up')],
  ['training', question({ state: 'training', step: 7 }, 'up')],
  ['kept', question({ state: 'kept', step: 7 }, 'up')],
  ['changed', question({ state: 'changed' }, 'up')],
  ['right', question({ state: 'done', answer: 'up', measured: 'From 0.42 to 0.81.' }, 'up')],
  ['wrong', question({ state: 'done', answer: 'flat', measured: 'From 0.42 to 0.43.' }, 'up')],
  ['unclear', question({ state: 'done', answer: null, measured: 'From 0.42 to 0.50.' }, 'up')],
];

function Lessons() {
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
      {asked.map(([state, told]) => (
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
            question={told}
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

const plain: ShapingView = { clip: null, centring: 'none', schedule: { kind: 'constant' }, onlyWhenCorrect: false };
const terms: readonly TermView[] = [
  { id: 'answer', label: 'answer', summary: 'Whether the answer is right.', own: false, weight: 1, shaping: plain },
  {
    id: 'short',
    label: 'short',
    summary: 'Written here.',
    own: true,
    weight: 0.5,
    shaping: {
      clip: [0, 1],
      centring: 'group',
      schedule: { kind: 'linear', to: 0, steps: 100 },
      onlyWhenCorrect: true,
    },
  },
];

const draft: DraftView = {
  id: 'short',
  code: '({ text }) => 1 / text.length',
  onFailure: 'stop',
  fromLink: false,
  trial: null,
  busy: false,
  problem: null,
  refusal: null,
};
const row = { prompt: '2+2=', completion: '4', correct: true };

function Rewards() {
  const editor = { onChange: ignore, onTry: ignore, onUse: ignore, onCancel: ignore };
  return (
    <>
      <Exhibit name="Reward: terms">
        <TermTable
          terms={terms}
          ranges={rewardRanges}
          onWeight={ignore}
          onShaping={ignore}
          onEdit={ignore}
          onRemove={ignore}
        />
      </Exhibit>
      <Exhibit name="Reward: own term">
        <OwnTermEditor draft={draft} {...editor} />
      </Exhibit>
      <Exhibit name="Reward: own term, tried">
        <OwnTermEditor
          draft={{
            ...draft,
            fromLink: true,
            trial: {
              step: 12,
              rows: [
                { ...row, reward: 1, failure: null },
                { ...row, completion: '5', correct: false, reward: null, failure: 'not a number' },
              ],
            },
          }}
          {...editor}
        />
      </Exhibit>
      <Exhibit name="Reward: own term, failed">
        <OwnTermEditor
          draft={{
            ...draft,
            problem: { line: 1, column: 6, message: 'text is not defined' },
            refusal: 'It failed when it was tried.',
          }}
          {...editor}
        />
      </Exhibit>
      <Exhibit name="Reward: terms of a link">
        <OfferedTerms ids={['short']} onShow={ignore} />
      </Exhibit>
      <Exhibit name="A newer version">
        <UpdateMessage onUpdate={ignore} onDismiss={ignore} />
      </Exhibit>
    </>
  );
}

export function Views() {
  return (
    <>
      <Lessons />
      <Atlas />
      <Rewards />
    </>
  );
}
