import { renderToString } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { FormulaEditor, type FormulaEditorProps } from './FormulaEditor.tsx';

const words = [
  { kind: 'name', name: 'logp', usage: 'logp', summary: 'Log-probability of the token.' },
  { kind: 'function', name: 'clip', usage: 'clip(x, low, high)', summary: 'x kept between low and high.' },
] as const;

const render = (props: Partial<FormulaEditorProps>) =>
  renderToString(
    <FormulaEditor value="-A * logp" problems={[]} words={words} onChange={() => undefined} {...props} />,
  ).replaceAll('<!-- -->', '');

describe('the editor before its code has loaded', () => {
  it('is a named text area with the text, and says how to leave it', () => {
    const html = render({});
    expect(html).toMatch(/<textarea[^>]*aria-label="Loss of each token"[^>]*>-A \* logp<\/textarea>/);
    expect(html).toMatch(/aria-invalid="false"/);
    const [, leave, problems] = html.match(/aria-describedby="(\S+) (\S+)"/) ?? [];
    expect(html).toContain(`<span id="${leave}"`);
    expect(html).toContain(`<ul id="${problems}"`);
    expect(html).toContain('Tab leaves the editor.');
  });

  it('lists every problem with its place, as an alert', () => {
    const html = render({
      problems: [{ line: 2, column: 5, length: 3, message: 'There is no “foo” here.', hint: 'Is p meant?' }],
    });
    expect(html).toMatch(/aria-invalid="true"/);
    expect(html).toMatch(
      /<ul[^>]*aria-live="polite"[^>]*><li><button type="button">line 2, column 5<\/button><span> There is no “foo” here. Is p meant\?<\/span><\/li>/,
    );
  });

  it('is read-only where `readOnly` is set', () => {
    expect(render({ readOnly: true })).toMatch(/<textarea[^>]*readOnly=""/);
    expect(render({})).not.toMatch(/<textarea[^>]*readOnly=""/);
  });

  it('lists names and functions with a sentence each', () => {
    const html = render({});
    expect(html).toContain(
      '<dt><code translate="no">clip(x, low, high)</code></dt><dd>x kept between low and high.</dd>',
    );
    expect(html).toContain('<dt><code translate="no">logp</code></dt><dd>Log-probability of the token.</dd>');
  });
});
