/** @file The time bar: its sentence in every state, its place and its marks. */
import { MantineProvider } from '@mantine/core';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { StepBar, type StepBarProps } from './StepBar.tsx';

const replay = { from: 30, step: 34, target: 37, differing: 0 };

function render(changes: Partial<StepBarProps> = {}): string {
  return renderToString(
    <MantineProvider>
      <StepBar
        step={37}
        newest={52}
        state="rebuilding"
        replay={replay}
        error={null}
        bytes={612_000}
        isTraining={false}
        checkpoints={[]}
        onLook={() => undefined}
        {...changes}
      />
    </MantineProvider>,
  );
}

const said = (changes?: Partial<StepBarProps>): string => />([^<]*)<\/p>/.exec(render(changes))?.[1] ?? '';

test('says which step is shown, from where it is rebuilt, how far that is and whether the numbers were the same', () => {
  expect(said()).toBe('Rebuilding step 37 from checkpoint 30: 4 of 7 steps.');
  expect(said({ replay: { ...replay, from: 0 }, isTraining: true })).toBe(
    'Rebuilding step 37 from the start: 34 of 37 steps. Training goes on: step 52.',
  );
  expect(said({ state: 'loading', replay: null })).toBe(
    'Rebuilding step 37: loading a second copy of the model, 0.61\u202fMB.',
  );
  expect(said({ replay: null })).toBe('Rebuilding step 37.');
  expect(said({ state: 'moving' })).toBe('Step 37.');
  expect(said({ state: 'standing' })).toBe('Step 37, rebuilt from checkpoint 30, equal to the record.');
  expect(said({ state: 'standing', replay: { ...replay, differing: 2 } })).toBe(
    'Step 37, rebuilt from checkpoint 30, 2 of 7 steps unlike the record.',
  );
  expect(said({ state: 'standing', step: 0, replay: null })).toBe('Before training: the base.');
  expect(said({ state: 'failed', error: 'Not enough memory.' })).toBe('Step 37 was not rebuilt: Not enough memory.');
  expect(said({ state: 'live', step: null })).toBe('Live: step 52.');
  expect(said({ state: 'live', step: null, newest: 0 })).toBe('Live. After a step this bar goes back to any step.');
});

test('stands at the viewed step with a mark per kept checkpoint, and offers the run only while another step is shown', () => {
  const html = render({ checkpoints: [10, 26, 60] });
  expect(html).toMatch(/<input[^>]*max="52"[^>]*aria-valuetext="step 37 of 52"[^>]*value="37"/);
  expect([...html.matchAll(/--at:([\d.]+)/g)].map(([, at]) => Number(at))).toEqual([10 / 52, 0.5]);
  const button = (changes?: Partial<StepBarProps>) => /<button[^>]*data-testid="live"[^>]*>/.exec(render(changes))?.[0];
  expect(button()).not.toContain('disabled=""');
  expect(button({ state: 'live', step: null })).toContain('disabled=""');
  expect(render({ newest: 0, step: null })).toMatch(/<input[^>]* disabled=""/);
});
