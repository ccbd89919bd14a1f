/** @file Kept training states: the way there and back, and files of version 1, which held one adapter and Adam. */
import { expect, test } from 'vitest';
import { readSafetensors, writeSafetensors } from '../src/policy/safetensors.ts';
import { policyOf } from '../testing/slots.ts';
import { onNode, tinyConfig, tinyTrainer } from '../testing/tinyRun.ts';
import { decodeTraining, encodeTraining } from './trainState.ts';

test('a state of slots comes back, and one of version 1 opens as the state of the policy’s slot', async () => {
  const trainer = tinyTrainer();
  await trainer.open(tinyConfig, onNode);
  await trainer.step();
  const snapshot = await trainer.snapshot();
  await trainer.dispose();
  const saved = { snapshot, lines: [{ step: 0, reward: 0.5 }], seconds: 2 };
  const file = encodeTraining('hash', saved as never);
  expect(decodeTraining('hash', file)).toEqual(saved);

  const { tensors, metadata } = readSafetensors(file);
  expect([...tensors.keys()].toSorted()).toEqual([
    'policy.optimizer.firstMoment',
    'policy.optimizer.secondMoment',
    'policy.parameters',
  ]);
  const content = JSON.parse(metadata.training ?? '');
  const earlier = writeSafetensors({
    tensors: new Map(
      [...tensors].map(([path, tensor]) => [
        (path.split('.').at(-1) as string).replace('parameters', 'adapter'),
        tensor,
      ]),
    ),
    metadata: {
      training: JSON.stringify({
        ...content,
        version: 1,
        snapshot: { ...content.snapshot, state: { updates: policyOf(snapshot.state).updates } },
      }),
    },
  });
  expect(decodeTraining('hash', earlier)).toEqual(saved);
  expect(() => decodeTraining('other', earlier)).toThrow('it is of a run with other flags');
});
