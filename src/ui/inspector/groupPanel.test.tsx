/** @file The group panel without a group: before the first step, and where completions are gone. */
import { MantineProvider } from '@mantine/core';
import { renderToString } from 'react-dom/server';
import { expect, it } from 'vitest';
import { GroupPanel, type GroupPanelProps } from './GroupPanel.tsx';

const ignore = () => undefined;
const render = (steps: number, recorded: GroupPanelProps['recorded'] = null) =>
  renderToString(
    <MantineProvider>
      <GroupPanel
        group={null}
        steps={steps}
        recorded={recorded}
        groupIndex={0}
        groupCount={0}
        step={0}
        hasLater={false}
        viewed={null}
        held={false}
        methods={{}}
        clip={null}
        hasAdvantages
        opened={null}
        onRebuild={ignore}
        onOpen={ignore}
        onClose={ignore}
        onGroup={ignore}
        onHold={ignore}
      />
    </MantineProvider>,
  );

it('announces completions before the first step, and later says why there are no completions', () => {
  expect(render(0)).toContain('After the first step the completions of one prompt stand here');
  expect(render(3)).toMatch(/those of steps 1 to 3 come back.*Rebuild step 3/s);
});

it('shows a recorded group with its label, out of reach, in the room of the missing one', () => {
  const completion = {
    text: '40',
    tokens: ['4', '0'],
    reward: 0,
    terms: {},
    advantage: -0.94,
    correct: false,
    method: null,
    terminated: true,
    logProbs: [-1, -2],
    policyLogProbs: [-1, -2],
    refLogProbs: [-1, -2],
    tokenAdvantages: [-0.94, -0.94],
    entropy: [0.1, 0.1],
    kl: [0, 0],
  };
  const group = { prompt: '12+7+6=', answer: '25', completions: [completion, completion] };
  const html = render(0, { group, label: 'Not live: recorded.' });
  expect(html).toMatch(/Not live: recorded\.<\/p><div[^>]*inert=""[^>]*data-testid="recorded-group"/);
  expect(html).toContain('data-testid="recorded-completion" data-count="2"');
  expect(html).not.toContain('After the first step');
  expect(html).not.toContain('data-testid="completion"');
});
