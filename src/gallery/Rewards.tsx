/** @file Exhibits of the reward composer: terms, and a term of the user before and after a trial. */
import { rewardRanges } from '../rl/rewards/composition.ts';
import { OfferedTerms } from '../ui/rewards/OfferedTerms.tsx';
import { OwnTermEditor } from '../ui/rewards/OwnTermEditor.tsx';
import { TermTable } from '../ui/rewards/TermTable.tsx';
import type { DraftView, ShapingView, TermView } from '../ui/rewards/types.ts';
import { Exhibit } from './Exhibit.tsx';

const ignore = () => undefined;

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

export function Rewards() {
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
    </>
  );
}
