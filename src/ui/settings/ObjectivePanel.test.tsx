import { MantineProvider } from '@mantine/core';
import { renderToString } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { ObjectivePanel, type ObjectivePanelProps } from './ObjectivePanel.tsx';

const ignore = () => undefined;
const shared: ObjectivePanelProps = {
  algorithm: 'GRPO',
  used: '',
  waiting: false,
  draft: null,
  fromLink: false,
  problems: [],
  words: [],
  onOpen: ignore,
  onEdit: ignore,
  onUse: ignore,
  onDrop: ignore,
};
const render = (props: Partial<ObjectivePanelProps>) =>
  renderToString(
    <MantineProvider>
      <ObjectivePanel {...shared} {...props} />
    </MantineProvider>,
  ).replaceAll('<!-- -->', '');
const useButton = (html: string) => html.match(/<button[^>]*data-testid="objective-use"[^>]*>/)?.[0] ?? '';

describe('ObjectivePanel', () => {
  it('shows the algorithm’s own objective until one is written', () => {
    const html = render({});
    expect(html).toContain('The loss of GRPO.');
    expect(html).toContain('data-testid="objective-open"');
    expect(html).not.toContain('textarea');
  });

  it('offers a text for use only if it is valid and not in use', () => {
    expect(useButton(render({ draft: '-A * logp' }))).not.toContain('disabled');
    expect(useButton(render({ draft: '-A * logp', used: '-A * logp' }))).toContain('disabled');
    const wrong = render({
      draft: '-A *',
      problems: [{ line: 1, column: 5, length: 0, message: 'A number is needed.', hint: '' }],
    });
    expect(useButton(wrong)).toContain('disabled');
    expect(wrong).toContain('Correct what is underlined first.');
  });

  it('is in use or waits for Reset, never both', () => {
    const used = { draft: '-A * logp', used: '-A * logp' };
    expect(render(used)).toContain('In use.');
    expect(render({ ...used, waiting: true })).toContain('It applies after Reset.');
    expect(render({ ...used, waiting: true })).not.toContain('In use.');
  });

  it('says that a text came with a link, before it can be used', () => {
    expect(render({ draft: '-A * logp', fromLink: true })).toMatch(
      /objective-foreign.*came by the link.*objective-use/s,
    );
    expect(render({ draft: '-A * logp' })).not.toContain('objective-foreign');
  });
});
