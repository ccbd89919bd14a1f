/** @file The levels of a link: each is read back from its address, and its preview names the parts that are shown. */
import { describe, expect, it } from 'vitest';
import { shareLevels } from '../ui/share/view.ts';
import { hideable, readLayout, writeLayout } from './layoutLink.ts';
import { layoutOf, levelOf, previewOf } from './shareLevels.ts';
import { linkWords } from './url.ts';

/** The layout of a page opened with the link of this level. */
function opened(level: (typeof shareLevels)[number]) {
  const words = new URLSearchParams();
  writeLayout(words, { ...layoutOf(level, false), embed: false });
  return readLayout(linkWords(`?${words}`, ''));
}

describe('the levels of a link', () => {
  it.each(shareLevels)('%s is the same after its link was opened, without a notice', (level) => {
    const shown = opened(level);
    expect(shown.notices).toEqual([]);
    expect(levelOf(shown, false)).toBe(level);
  });

  it('hide only parts that there are, and never an objective that the link brings', () => {
    const names = hideable.flatMap(({ parts }) => parts.map(({ id }) => id));
    expect([...layoutOf('student', false).hidden].filter((name) => !names.includes(name))).toEqual([]);
    expect(layoutOf('student', false).hidden.has('objective')).toBe(true);
    expect(layoutOf('student', true).hidden.has('objective')).toBe(false);
    expect(levelOf(layoutOf('student', true), true)).toBe('student');
  });

  it('are none where single parts differ', () => {
    const { hidden } = layoutOf('student', false);
    expect(levelOf({ hidden: new Set([...hidden, 'ask']), present: null }, false)).toBeNull();
    expect(levelOf({ hidden: new Set([...hidden].slice(1)), present: null }, false)).toBeNull();
    expect(levelOf({ hidden: new Set(['river']), present: 'kl' }, false)).toBeNull();
  });
});

describe('the preview', () => {
  it('shows the river and one chart in a class, and the settings that a student keeps', () => {
    expect(previewOf(layoutOf('class', false), 'Reward')).toEqual({
      isLarge: true,
      left: [],
      middle: ['The river', 'One chart: Reward', 'The debrief at the end'],
      right: [],
    });
    const student = previewOf(layoutOf('student', false), 'Reward');
    expect(student.left).toEqual(['Preset', 'Training', 'Problem']);
    expect(student.middle).not.toContain('More measures');
    expect(previewOf(layoutOf('lab', false), 'Reward').middle).toContain('More measures');
  });

  it('leaves out hidden parts', () => {
    const hidden = new Set(['settings', 'ask', 'river']);
    const { left, middle, right } = previewOf({ hidden, present: null }, '');
    expect([left, right]).toEqual([[], ['Group of completions']]);
    expect(middle).not.toContain('The river');
  });
});
