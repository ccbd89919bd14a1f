/** @file The drawing and the tables of an update show the report's numbers; every phase has its sentence. */
import { MantineProvider } from '@mantine/core';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import { filmCaption, phaseCaption } from './captions.ts';
import { RiverPicture } from './RiverDrawing.tsx';
import { RiverPanel } from './RiverPanel.tsx';
import { RiverTable } from './RiverTable.tsx';
import { type Phase, phases, type UpdateView } from './view.ts';
import type { RiverNodeView } from './tree.ts';
import { tenthsOf } from './words.ts';

vi.stubGlobal('matchMedia', () => ({ matches: true }));

const node = (parent: number, token: number, text: string, probabilities: number[], rest = [0, 0]): RiverNodeView => ({
  parent,
  token,
  text,
  kind: 'inner',
  probabilities,
  rest,
  correct: null,
});
const end = (parent: number, probabilities: number[], correct: boolean): RiverNodeView => ({
  ...node(parent, 0, '<end>', probabilities),
  kind: 'end',
  correct,
});

/** "8" is right, "9" is wrong, "7" is gathered; the update moves a tenth from wrong to right. */
const nodes = [
  node(-1, -1, '', [1, 1], [0.25, 0.25]),
  node(0, 8, '8', [0.25, 0.35]),
  end(1, [0.25, 0.35], true),
  node(0, 9, '9', [0.5, 0.4]),
  end(3, [0.5, 0.4], false),
];

const completion = (token: number, reward: number) => ({
  text: String(token),
  tokenIds: [token, 0],
  tokens: [String(token), '<end>'],
  reward,
  advantage: 2 * (reward - 0.25),
  tokenAdvantages: [2 * (reward - 0.25), 2 * (reward - 0.25)],
  correct: reward === 1,
  terminated: true,
});

const update: UpdateView = {
  step: 1,
  river: { prompt: '3+5=', answer: '8', step: 1, hasBefore: true, nodes },
  isSingle: true,
  completions: [completion(9, 0), completion(8, 1), completion(9, 0), completion(9, 0)],
  group: 2,
  groups: 8,
  hasOthers: true,
  isGraded: false,
  algorithm: 'GRPO',
  hasAdvantages: true,
};

const draw = (phase: Phase | null, width = 640) =>
  renderToStaticMarkup(
    <RiverPicture
      river={update.river}
      phase={phase}
      completions={update.completions}
      extent={{ width, height: 220, unit: 1 }}
    />,
  ).replaceAll('\u202f', ' ');

test('the widths of the branches are their probabilities, before the update and after it', () => {
  for (const [phase, policy] of [
    ['reward', 0],
    ['shift', 1],
  ] as const) {
    const markup = draw(phase);
    const scale = Number(/data-scale="([\d.]+)"/.exec(markup)?.[1]);
    const widths = new Map(
      [...markup.matchAll(/data-key="([^"]+)" data-width="([\d.]+)"/g)].map((m) => [m[1], Number(m[2])]),
    );
    expect(widths.get('8,')! / scale).toBeCloseTo(nodes[1]!.probabilities[policy]!, 9);
    expect(widths.get('9,')! / scale).toBeCloseTo(nodes[3]!.probabilities[policy]!, 9);
    expect(widths.get('…')! / scale).toBeCloseTo(0.25, 9);
  }
});

test('phases add runners, stamps, rewards, advantages, pushes and the change', () => {
  expect(draw('sample')).not.toContain('data-verdict="right"');
  expect(draw('sample').match(/_runner_/g) ?? draw('sample').match(/runner/g)).toHaveLength(4);
  const reward = draw('reward');
  expect(reward).toContain('data-verdict="right"');
  expect(reward).toContain('>1.00<');
  expect(reward).toContain('>0.00<');
  const advantage = draw('advantage');
  expect(advantage).toContain('>+1.50<');
  expect(advantage).toContain('>−0.50<');
  expect(advantage).toContain('mean 0.25');
  const push = draw('push');
  expect(push).toContain('>−1.50<');
  expect(push.match(/data-testid="river-push"/g)).toHaveLength(2);
  const shift = draw('shift');
  expect(shift).toContain('25.0 → ');
  expect(shift).toContain('+10.0');
  expect(shift).toContain('−10.0');
});

test('on a phone labels are shorter, and the completions of a tip are counted', () => {
  expect(draw('shift', 340)).not.toContain('25.0 → ');
  expect(draw('sample', 340)).toContain('×3');
});

test('every phase has a sentence with the report’s numbers and the part not drawn', () => {
  const say = (phase: Phase) => phaseCaption(update, phase).replaceAll('\u202f', ' ');
  expect(say('sample')).toContain('4 answers run down the river');
  expect(say('reward')).toContain('1 right, 3 wrong. Their mean reward is 0.25');
  expect(say('advantage')).toContain(
    'mean reward 0.25 is subtracted and the difference divided by the spread (standard deviation) of its rewards, 0.5: advantages from −0.50 to +1.50',
  );
  expect(say('advantage')).toContain('Dividing by the spread puts all groups on one scale');
  expect(say('push')).toContain('Pushed up most: “8” +1.50 (1 answer). Pushed down most: “9” −1.50 (3 answers).');
  expect(say('shift')).toContain('right 25.0 → 35.0 %. The other groups of the step moved it too.');
  const still = { ...update.river, nodes: nodes.map((one) => ({ ...one, probabilities: [0.5, 0.5] })) };
  expect(phaseCaption({ ...update, river: still }, 'shift')).toContain('Nothing moved');
  for (const phase of phases) expect(say(phase)).toContain('25 % of this is drawn together');
});

test('the shares of a river add up to 100 %, however they round', () => {
  expect(tenthsOf([0.5264, 0.4596, 0, 0.014])).toEqual([526, 460, 0, 14]);
  for (const parts of [
    [1 / 3, 1 / 3, 1 / 3],
    [0.99949, 0.00026, 0.00025],
    [1, 0, 0],
  ])
    expect(tenthsOf(parts).reduce((sum, part) => sum + part, 0)).toBe(1000);
  const caption = filmCaption(update.river, 0.4).replaceAll('\u202f', ' ');
  expect(caption).toContain(
    'right 25.0 %, wrong 50.0 %, not followed to the end 25.0 %. 40 % of this is drawn together',
  );
});

test('an update opens at the phase of an open lesson, as the card of the lesson draws it', () => {
  const panel = (held: Phase | null) =>
    renderToStaticMarkup(
      <MantineProvider>
        <RiverPanel
          river={update.river}
          update={update}
          isPast={false}
          held={held}
          note={null}
          share={null}
          isFolded={false}
          onFold={() => undefined}
          onPin={null}
          onMove={null}
        />
      </MantineProvider>,
    );
  expect(panel('advantage')).toContain('data-phase="advantage"');
  expect(panel('advantage')).toContain('aria-label="Play"');
  expect(panel(null)).toContain('data-phase="sample"');
});

test('an algorithm that compares pairs has no advantages, and a flat group pushes nothing', () => {
  expect(phaseCaption({ ...update, hasAdvantages: false, algorithm: 'DPO' }, 'push')).toContain('DPO compares pairs');
  const flat = { ...update, completions: update.completions.map((one) => ({ ...one, advantage: 0 })) };
  expect(phaseCaption(flat, 'advantage')).toContain('every advantage is 0');
});

test('the tables hold answers, everything else, and the pushed tokens', () => {
  const markup = renderToStaticMarkup(<RiverTable river={update.river} completions={update.completions} />).replaceAll(
    '\u202f',
    ' ',
  );
  const rows = [...markup.matchAll(/<tr[^>]*>(.*?)<\/tr>/g)].map((row) => row[1]!.replaceAll(/<[^>]+>/g, '|'));
  expect(rows.find((row) => row.includes('|8|'))).toMatch(/right.*25\.00 %.*35\.00 %.*2.*1\.00.*\+1\.50/);
  expect(rows.find((row) => row.includes('Everything else'))).toMatch(/25\.00 %.*25\.00 %/);
  expect(rows.find((row) => row.includes('the start') && row.includes('|9|'))).toMatch(/3.*−1\.50/);
});
