/** @file The note of the group panel on a step without a gradient, trained on a tiny policy. */
import { MantineProvider } from '@mantine/core';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TrainConfig } from '../rl/config/config.ts';
import { withAlgorithm } from '../rl/algorithm/configured.ts';
import { onNode, tinyConfig, tinyTrainer } from '../../testing/tinyRun.ts';
import type { LocalTrainer } from '../rl/run/localTrainer.ts';
import { GroupPanel } from '../ui/inspector/GroupPanel.tsx';
import { updateNote } from './updateNote.ts';
import { adamState, policyOf } from '../../testing/slots.ts';

let trainer: LocalTrainer;
beforeEach(() => {
  trainer = tinyTrainer();
});
afterEach(() => trainer.dispose());

const ignore = () => undefined;
const panel = {
  steps: 1,
  groupIndex: 0,
  groupCount: 1,
  step: 1,
  hasLater: false,
  viewed: null,
  held: false,
  methods: {},
  clip: null,
  hasAdvantages: true,
  opened: null,
  onRebuild: null,
  onOpen: ignore,
  onClose: ignore,
  onGroup: ignore,
  onHold: ignore,
};

/**
 * The panel’s HTML after one step of the run, continued from the optimizer state of earlier updates, and whether the
 * step moved the adapter.
 */
async function said(config: TrainConfig): Promise<{ html: string; moved: boolean }> {
  await trainer.open(config, onNode);
  const snapshot = await trainer.snapshot();
  const adapter = policyOf(snapshot.state).parameters;
  await trainer.restore({
    ...snapshot,
    state: adamState(
      adapter,
      adapter.map(() => 0.01),
      adapter.map(() => 1e-4),
      1,
    ),
  });
  const {
    groups: [group = null],
    metrics,
  } = await trainer.step();
  const html = renderToString(
    <MantineProvider>
      <GroupPanel {...panel} group={group} note={updateNote(metrics)} />
    </MantineProvider>,
  );
  const after = await trainer.adapter();
  return { html, moved: after.some((x, i) => x !== adapter[i]) };
}

// The untrained policy writes no right answer, so all rewards are equal.
const flat = { ...tinyConfig, rewardWeights: { answer: 1, format: 0 } };

it('without a gradient momentum moves the adapter, and the panel says so', async () => {
  const { html, moved } = await said(flat);
  expect(moved).toBe(true);
  expect(html).toContain('No gradient at this step: its update is Adam’s momentum from earlier steps alone.');
});

it('counts all updates of the step', async () => {
  expect((await said({ ...flat, numMinibatches: 4 })).html).toContain(
    'No gradient at this step: its updates are Adam’s momentum',
  );
});

it('a step in which no completion counts moves nothing, and the panel says so', async () => {
  const { html, moved } = await said(withAlgorithm(flat, 'dpo'));
  expect(moved).toBe(false);
  expect(html).toContain('No update at this step');
});

it('is absent if there is a gradient, and counts the updates without one', async () => {
  expect((await said(tinyConfig)).html).not.toContain('step-note');
  expect(updateNote({ num_updates: 8, num_updates_zero_grad: 3 })).toBe(
    '3 of the 8 updates of this step had no gradient: they are Adam’s momentum alone.',
  );
  // A step stored by an older version.
  expect(updateNote({ grad_norm: 0 })).toBeNull();
});
