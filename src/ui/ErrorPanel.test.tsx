import { MantineProvider } from '@mantine/core';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { ErrorPanel } from './ErrorPanel.tsx';

const error = {
  code: 'compile',
  message: 'The graphs could not be built.',
  kept: 'Nothing was lost.',
  remedy: 'Choose fewer prompts.',
  details: 'ERROR_CODE: 6 std::bad_alloc',
};
const drawn = (goesOnAt: number | null) =>
  renderToStaticMarkup(
    <MantineProvider>
      <ErrorPanel
        error={error}
        goesOnAt={goesOnAt}
        onGoOn={null}
        onReopen={() => undefined}
        onStartOver={() => undefined}
      />
    </MantineProvider>,
  );

test('a failure before the first step says that training could not start, a later one that training stopped', () => {
  expect(drawn(null)).toContain('<h2>Training could not start</h2>');
  expect(drawn(3)).toContain('<h2>Training stopped</h2>');
});

test("the plain sentence comes first, and the library's own text is folded away", () => {
  const html = drawn(null);
  expect(html.indexOf('The graphs could not be built.')).toBeGreaterThan(0);
  expect(html).toMatch(
    /<details[^>]*><summary>[^<]+<\/summary><pre translate="no">ERROR_CODE: 6 std::bad_alloc<\/pre><\/details>/,
  );
});
