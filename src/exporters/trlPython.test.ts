/** @file `train.py` is valid Python for any texts of a run, and contains them unchanged. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultConfig, type TrainConfig } from '../rl/config/config.ts';
import { taskById } from '../tasks/index.ts';
import { trainScript } from './trl.ts';

const sums = taskById('sums');
const nasty = [
  '\0',
  '"',
  "'",
  '"""',
  "'''",
  '\\',
  '\\"',
  '\\u0041',
  '\n',
  '\r',
  '\r\n',
  '\u2028',
  '\u2029',
  '\u0085',
  '\f',
  '\v',
  '\x1a',
  '\ufeff',
  '\ud800',
  '\udc00',
  '😀',
  '#',
  'coding: latin-1',
  'coding=x',
  'import os',
  '{',
  '}',
  '\t',
  '\x7f',
];
const hostile = fc.oneof(
  fc.array(fc.constantFrom(...nasty), { maxLength: 6 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 12 }),
);

/** A script with the text in every place that takes outside input. */
function scriptOf(text: string): string {
  const task = { ...sums, example: () => ({ prompt: text, answer: text, canonical: text, difficulty: 4 }) };
  const config: TrainConfig = {
    ...defaultConfig,
    objectiveText: text,
    ownTerms: { mine: { code: text, onFailure: 'stop' } },
  };
  return trainScript(text, config, task);
}

/** The script as written to disk: UTF-8 has no lone surrogates. */
const onDisc = (script: string): string => new TextDecoder().decode(new TextEncoder().encode(script));

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', '\\': '\\', '"': '"' };

/**
 * The value of a Python string literal in double quotes (Python reference, 2.4.1); throws on a character that would end
 * it, or an escape that JSON lacks.
 */
function pythonText(literal: string): string {
  expect(literal).toMatch(/^"(?:[^"\\\n\r\0]|\\(?:[nrtbf\\"]|u[0-9a-f]{4}))*"$/);
  return literal
    .slice(1, -1)
    .replace(/\\(?:u([0-9a-f]{4})|(.))/g, (_, code: string | undefined, short: string) =>
      code === undefined ? (escapes[short] ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
    );
}

describe('train.py with a text of any kind', () => {
  it('holds it only inside string literals and comments', () => {
    const without = scriptOf('')
      .split(/\r\n?|\n/)
      .filter((line) => !line.startsWith('#') && !line.startsWith('    {"problem"'));
    fc.assert(
      fc.property(hostile, (text) => {
        const script = onDisc(scriptOf(text));
        expect(script).not.toContain('\0');
        const lines = script.split(/\r\n?|\n/);
        expect(lines[0]).toBe('# -*- coding: utf-8 -*-');
        const problems = lines.filter((line) => line.startsWith('    {"problem"'));
        expect(problems).toHaveLength(512);
        const [, problem = '', answer = ''] =
          /^ {4}\{"problem":("(?:[^"\\]|\\.)*"),"answer":("(?:[^"\\]|\\.)*"),"difficulty":4\},$/.exec(
            problems[0] ?? '',
          ) ?? [];
        expect([pythonText(problem), pythonText(answer)]).toEqual([text, text]);
        expect(lines.filter((line) => !line.startsWith('#') && !line.startsWith('    {"problem"'))).toEqual(without);
      }),
      { numRuns: 300 },
    );
  });

  const python = ((): string | null => {
    try {
      return execFileSync('python3', ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
    } catch {
      return null;
    }
  })();

  it.skipIf(python === null)('is parsed by Python to the same text (needs python3)', () => {
    const texts = [...nasty, ...fc.sample(hostile, { numRuns: 60, seed: 1 })];
    const reader = `
import ast, json, sys
for script in json.load(sys.stdin):
    tree = ast.parse(script.encode("utf-8"))
    held = next(node.value for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "PROBLEMS")
    compile(tree, "train.py", "exec")
    print(json.dumps(ast.literal_eval(held)[0]["problem"]))
`;
    const output = execFileSync('python3', ['-c', reader], {
      input: JSON.stringify(texts.map((text) => onDisc(scriptOf(text)))),
    }).toString();
    expect(
      output
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toEqual(texts);
  });
});
