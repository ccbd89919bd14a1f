import { MantineProvider } from '@mantine/core';
import { renderToString } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { RunStatus } from '../types.ts';
import type { StepTime } from './TimeBar.tsx';
import { Transport } from './Transport.tsx';
import type { TargetView } from './words.ts';

const ignore = () => undefined;

function render(
  status: RunStatus,
  armed = false,
  unkept: string | null = null,
  target: TargetView | null = null,
  time: StepTime | null = null,
  step = status === 'finished' ? 100 : 3,
): string {
  return renderToString(
    <MantineProvider>
      <Transport
        status={status}
        step={step}
        totalSteps={100}
        armed={armed}
        moreSteps={100}
        tokensPerSecond={null}
        time={time}
        seed={1}
        unkept={unkept}
        target={target}
        onTrain={ignore}
        onPause={ignore}
        onStep={ignore}
        onReset={ignore}
      />
    </MantineProvider>,
  );
}

/** The opening tag of the element with this test id, or null. */
const tag = (html: string, testId: string) => new RegExp(`<[^>]*data-testid="${testId}"[^>]*>`).exec(html)?.[0] ?? null;
const isDisabled = (html: string, testId: string) => / disabled=""/.test(tag(html, testId) ?? '');

describe('Transport', () => {
  it('offers Train at rest, Pause while running, and never both', () => {
    for (const status of ['ready', 'paused', 'finished', 'loading', 'pausing', 'failed', 'empty'] as const) {
      expect(tag(render(status), 'train')).not.toBeNull();
      expect(tag(render(status), 'pause')).toBeNull();
    }
    expect(tag(render('running'), 'pause')).not.toBeNull();
    expect(tag(render('running'), 'train')).toBeNull();
  });

  it('shows how soon the task was learnt, once it is', () => {
    const target = { share: 0.8, step: 23, seconds: 11 };
    const time = { total: 0.2, rollout: null, score: null, update: null };
    expect(render('running', false, null, null, time)).toContain('about 19\u202fs left<');
    expect(render('running', false, null, target, time)).toContain('about 19\u202fs left, 80\u202f% at step 23<');
    expect(render('running', false, null, null, time, 100)).not.toContain('left<');
    expect(render('finished', false, null, target, time)).toContain('80\u202f% right at step 23 (11\u202fs)<');
    expect(render('paused', false, null, target, time)).toContain('Every step so far is kept.');
  });

  it('offers single steps only between steps', () => {
    const allowed = (['ready', 'paused', 'running', 'pausing', 'loading', 'finished', 'failed'] as const).filter(
      (status) => !isDisabled(render(status), 'step'),
    );
    expect(allowed).toEqual(['ready', 'paused']);
  });

  it('does not claim that every step of a paused run is kept where that is not so', () => {
    expect(render('paused')).toContain('Every step so far is kept.');
    expect(render('paused', false, 'Kept to step 2.')).toContain('Kept to step 2.');
    expect(render('paused', false, 'Kept to step 2.')).not.toContain('Every step so far is kept.');
    expect(render('running', false, 'Kept to step 2.')).not.toContain('Kept to step 2.');
  });

  it('says so when Train was pressed while loading, and shows no number that does not exist yet', () => {
    expect(render('loading', true)).toContain('Starts when loaded');
    expect(render('ready')).toMatch(/data-testid="tokens-per-second"[^>]*>–</);
  });
});
