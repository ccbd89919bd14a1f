/** @file A completion's verdict is in words, never by a mark alone. */
import { renderToString } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { CompletionView } from '../types.ts';
import { CompletionRow } from './CompletionRow.tsx';

const none: readonly number[] = [0];
const completion: CompletionView = {
  text: 'abc',
  tokens: ['a'],
  reward: 0.96,
  advantage: 1,
  correct: false,
  method: null,
  terminated: true,
  terms: {},
  logProbs: none,
  policyLogProbs: none,
  refLogProbs: none,
  tokenAdvantages: none,
  entropy: none,
  kl: none,
};

const verdictHtml = (changes: Partial<CompletionView>, isGraded: boolean, count = 1) =>
  renderToString(
    <ol>
      <CompletionRow
        completion={{ ...completion, ...changes }}
        rank={1}
        count={count}
        methodLabel={null}
        methodColor={null}
        quantity="logProb"
        top={1}
        clip={null}
        isGraded={isGraded}
        onInspect={() => undefined}
        onOpen={() => undefined}
      />
    </ol>,
  );

describe('the verdict', () => {
  it('is right or wrong where the task has one answer', () => {
    expect(verdictHtml({}, false)).toMatch(/✗.*wrong/);
    expect(verdictHtml({ correct: true }, false)).toMatch(/✓.*right/);
  });

  it('is not a mistake where only one of many rewards is the highest', () => {
    expect(verdictHtml({}, true)).toContain('not the best');
    expect(verdictHtml({}, true)).not.toMatch(/✗|wrong/);
    expect(verdictHtml({ correct: true }, true)).toMatch(/✓.*the best/);
  });
});

it('equal completions are counted, and a penalty in the reward stands beside it', () => {
  expect(verdictHtml({}, false, 8)).toMatch(/×8.*Completion 1, 8 times/);
  expect(verdictHtml({}, false)).not.toContain('×');
  expect(verdictHtml({ reward: 0.87, penalty: 0.11 }, false)).toContain('0.87 − KL penalty 0.110');
  expect(verdictHtml({ reward: -0.5, penalty: -0.02 }, false)).toContain('−0.50 − KL penalty −0.020');
  expect(verdictHtml({}, false)).not.toContain('penalty');
});
