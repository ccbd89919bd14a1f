/** @file Scenes put their content into words, and mark errors by more than colour. */
import { renderToString } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { SceneFigure } from './SceneFigure.tsx';
import { type GridView, inPlace, type SceneView, shortened } from './scene.ts';

const html = (scene: SceneView): string => renderToString(<SceneFigure scene={scene} />).replaceAll('<!-- -->', '');
const nameOf = (scene: SceneView): string => /aria-label="([^"]*)"/.exec(html(scene))?.[1] ?? '';
const count = (text: string, part: string): number => text.split(part).length - 1;

describe('a walk', () => {
  const walk = (ending: GridView['ending'], path: GridView['path']): SceneView => ({
    kind: 'grid',
    cells: [
      ['start', 'hole'],
      ['ice', 'goal'],
    ],
    path,
    ending,
  });

  it('is named by its size, moves and end', () => {
    expect(
      nameOf(
        walk('goal', [
          [0, 0],
          [1, 0],
          [1, 1],
        ]),
      ),
    ).toBe('Lake of 2 by 2 cells; the walk of 2 moves reaches the goal.');
    expect(
      nameOf(
        walk('hole', [
          [0, 0],
          [0, 1],
        ]),
      ),
    ).toBe('Lake of 2 by 2 cells; the walk of 1 move falls into a hole.');
    expect(nameOf(walk('malformed', [[0, 0]]))).toBe('Lake of 2 by 2 cells; the completion is no walk.');
  });

  it("is a line through its cells' centres, ending in a dot on the goal and in a cross elsewhere", () => {
    const reached = html(
      walk('goal', [
        [0, 0],
        [1, 0],
        [1, 1],
      ]),
    );
    expect(reached).toContain('points="10,10 10,30 30,30"');
    expect(count(reached, '<circle')).toBe(2);
    expect(
      count(
        html(
          walk('hole', [
            [0, 0],
            [0, 1],
          ]),
        ),
        '<circle',
      ),
    ).toBe(1);
  });
});

describe('strings', () => {
  const strings = (written: string): SceneView => ({
    kind: 'strings',
    given: [{ label: 'Given', text: 'dbca' }],
    expected: 'abcd',
    written,
  });

  it('are named by the number of characters in place', () => {
    expect(nameOf(strings('abdc'))).toBe('Expected abcd, written abdc: 2 of 4 characters in place.');
    expect(nameOf(strings(''))).toBe('Expected abcd, written nothing: 0 of 4 characters in place.');
    expect(inPlace('xabcd', 'abcd')).toBe(0);
  });

  it('underline errors, and say whether the whole is right', () => {
    expect(count(html(strings('abdc')), '<rect')).toBe(2);
    expect(html(strings('abdc'))).toContain('✗');
    expect(count(html(strings('abcd')), '<rect')).toBe(0);
    expect(html(strings('abcd'))).toContain('✓');
  });

  it('longer than the drawing are cut', () => {
    expect(shortened('a'.repeat(40))).toHaveLength(28);
    expect(html(strings('a'.repeat(4000))).length).toBeLessThan(12_000);
  });
});

describe('steps', () => {
  const scene: SceneView = {
    kind: 'steps',
    steps: [
      { label: '21+6', written: '27', expected: '27' },
      { label: '27+8', written: '36', expected: '35' },
      { label: '36+1', written: '', expected: '36' },
      { label: '3*7', written: '21' },
    ],
  };

  it('are read out one by one', () => {
    expect(nameOf(scene)).toBe(
      '21+6: written 27, right; 27+8: written 36, expected 35; 36+1: nothing written, expected 36; 3*7: written 21',
    );
  });

  it('show the expected value at an error, and no verdict where there is no expected value', () => {
    const drawn = html(scene);
    expect(drawn).toContain('>✗ 35<');
    expect(drawn).toContain('>✗ 36<');
    expect(count(drawn, '✓')).toBe(1);
    expect(count(drawn, '>21<')).toBe(1);
  });
});

describe('a scene', () => {
  it('of a kind that the page does not draw is left out', () => {
    const foreign: unknown = { kind: 'film', frames: [] };
    expect(html(foreign as SceneView)).toBe('');
  });
});
