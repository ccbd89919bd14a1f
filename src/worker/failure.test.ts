import { expect, test } from 'vitest';
import { RuntimeError } from '../engine/runtime/runtime.ts';
import { UsageError } from '../lib/assert.ts';
import { errorData, RemoteError } from './errors.ts';
import { PolicyLoadError } from './loadPolicy.ts';
import { failureOf, sentenceOf } from '../rl/run/failure.ts';

const aborted =
  'Aborted(CompileError: WebAssembly.instantiate(): expected magic word 00 61 73 6d, found 3c 21 64 6f @+0)';

test.each([
  [
    'the runtime',
    new RuntimeError('unavailable', `the wasm runtime could not be loaded: ${aborted}`),
    'unavailable',
    'The runtime that computes could not be loaded.',
    /\.wasm/,
  ],
  [
    'a graph',
    new RuntimeError('compile', "score: Can't create a session. ERROR_CODE: 6, std::bad_alloc"),
    'compile',
    'The graphs of this run could not be built.',
    /Choose fewer prompts/,
  ],
  [
    'what nobody knows',
    new TypeError("Cannot read properties of undefined (reading 'x')"),
    'failed',
    'Something failed that this page has no words for.',
    /Open the run again/,
  ],
  [
    'Emscripten by itself',
    new WebAssembly.RuntimeError(aborted),
    'failed',
    'Something failed that this page has no words for.',
    /Open the run again/,
  ],
])('the text of a library is no headline: %s', (_, error, code, message, remedy) => {
  // Also after crossing between threads.
  for (const received of [error, new RemoteError(errorData(error))]) {
    expect(failureOf(received, 'kept')).toEqual({
      code,
      message,
      kept: 'kept',
      remedy: expect.stringMatching(remedy),
      details: error.message,
    });
    expect(sentenceOf(received)).toBe(`${message} (${error.message})`);
  }
});

test('a sentence written for people is shown unchanged, without details', () => {
  expect(failureOf(new UsageError('beta: at least 0'), 'kept')).toEqual({
    code: 'bad-input',
    message: 'beta: at least 0',
    kept: 'kept',
    remedy: 'Correct the value that the message names.',
  });
  expect(failureOf(new PolicyLoadError('policy-stalled', 'nothing came'), 'kept')).toMatchObject({
    code: 'policy-stalled',
    message: 'nothing came',
    remedy: expect.stringContaining('network'),
  });
  expect(sentenceOf(new UsageError('beta: at least 0'))).toBe('beta: at least 0');
});
