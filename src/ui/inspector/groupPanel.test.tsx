/** @file The group panel without a group: before the first step, and where completions are gone. */
import { MantineProvider } from '@mantine/core';
import { renderToString } from 'react-dom/server';
import { expect, it } from 'vitest';
import { GroupPanel } from './GroupPanel.tsx';

const ignore = () => undefined;
const render = (steps: number) =>
  renderToString(
    <MantineProvider>
      <GroupPanel
        group={null}
        steps={steps}
        groupIndex={0}
        groupCount={0}
        step={0}
        hasEarlier={false}
        hasLater={false}
        pinned={false}
        held={false}
        methods={{}}
        clip={null}
        hasAdvantages
        opened={null}
        onFork={null}
        onOpen={ignore}
        onClose={ignore}
        onGroup={ignore}
        onStep={ignore}
        onHold={ignore}
      />
    </MantineProvider>,
  );

it('introduces the page before the first step, and later says why there are no completions', () => {
  expect(render(0)).toMatch(/data-testid="intro"[^>]*>This page trains.*After the first step/);
  expect(render(3)).toContain('those of steps 1 to 3 are gone');
  expect(render(3)).not.toContain('This page trains');
});
