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

it('introduces the page before the first step, and later says why there are no completions', () => {
  expect(render(0)).toMatch(/data-testid="intro"[^>]*>This page trains.*After the first step/);
  expect(render(3)).toMatch(/those of steps 1 to 3 come back.*Rebuild step 3/s);
  expect(render(3)).not.toContain('This page trains');
});
