/** @file The debrief of a run in its states. */
import { useState } from 'react';
import { DebriefPanel } from '../ui/debrief/DebriefPanel.tsx';
import type { ChangeView, DebriefView, MethodView } from '../ui/debrief/view.ts';
import { Exhibit } from './Exhibit.tsx';

const ignore = () => undefined;

const heldOut: ChangeView & { readonly step: number } = {
  id: 'eval/sampled',
  label: 'Held-out accuracy',
  unit: 'share',
  before: 0.42,
  after: 0.94,
  change: [0.35, 0.64],
  verdict: 'rose',
  step: 100,
};
const style: MethodView = {
  ...heldOut,
  id: 'methods/worked/share',
  label: 'Worked out',
  does: 'works the problem out',
  before: 0.27,
  after: 1,
  change: [0.69, 0.77],
};
const still: ChangeView = {
  ...style,
  id: 'methods/worked/accuracy',
  label: 'Worked out, right when used',
  before: 1,
  verdict: 'open',
};
const learnt: DebriefView = {
  step: 100,
  window: 10,
  heldOut,
  rose: style,
  fell: null,
  lead: [heldOut, still],
  target: null,
  changes: [style, { ...still, change: [-0.012, 0.004] }],
  next: { kind: 'more', steps: 100 },
};
const answers = [
  {
    prompt: '41+8+1+8+1=',
    answer: '59',
    base: [{ text: '60', correct: false }],
    tuned: [{ text: '[49,50,58]59', correct: true }],
  },
];

export function Debriefs() {
  const [isFolded, setFolded] = useState(false);
  const shared = { problem: null, isAsked: false, isFolded, onFold: setFolded, onNext: ignore };
  const unclear: DebriefView = {
    ...learnt,
    heldOut: null,
    rose: null,
    lead: [],
    changes: [still],
    next: { kind: 'seed', seed: 2 },
  };
  return (
    <>
      <Exhibit name="Debrief: learnt">
        <DebriefPanel debrief={learnt} pairs={answers} {...shared} />
      </Exhibit>
      <Exhibit name="Debrief: nothing clear, both policies being asked">
        <DebriefPanel debrief={unclear} pairs={null} {...shared} />
      </Exhibit>
    </>
  );
}
