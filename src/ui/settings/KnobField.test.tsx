import { MantineProvider } from '@mantine/core';
import { renderToString } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { KnobField, type KnobFieldProps } from './KnobField.tsx';

const field = {
  id: 'beta',
  label: 'KL coefficient',
  unit: '',
  min: 0,
  max: 1,
  step: 0.01,
  default: 0,
  scale: 'linear',
  integer: false,
  applies: 'next step',
  summary: 'Pulls the policy back to its base.',
} as const;

const render = (props: Partial<KnobFieldProps>) =>
  renderToString(
    <MantineProvider>
      <KnobField field={field} value={0} onChange={() => undefined} {...props} />
    </MantineProvider>,
  );

describe('a knob', () => {
  it('describes itself to screen readers by range, default and the moment it applies', () => {
    const html = render({}).replaceAll(/<!-- -->/g, '');
    expect(html).toContain('Pulls the policy back to its base. 0 to 1, default 0. A change applies at the next step.');
    expect(html).toMatch(/<input[^>]*aria-describedby="[^"]*about[^"]*error"/);
  });

  it('offers its default only while it has another value', () => {
    expect(render({ value: 0.5 })).toContain('KL coefficient: back to 0');
    expect(render({ value: 0 })).not.toContain('KL coefficient: back to');
  });

  it('shows an error beside the field', () => {
    const html = render({ error: 'At most 1. 0 is kept.' });
    expect(html).toMatch(/data-testid="knob-error-beta"[^>]*>At most 1. 0 is kept.</);
    expect(html).toContain('aria-invalid="true"');
  });
});
