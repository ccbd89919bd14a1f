/** @file Exhibits of the list of kept runs and the messages about storage. */
import { runColor } from '../app/chartSpecs.ts';
import { usualOrder } from '../ui/runs/order.ts';
import type { RunLine } from '../ui/runs/types.ts';
import { RunTable } from '../ui/runs/RunTable.tsx';
import {
  ElsewhereMessage,
  FullMessage,
  OfferMessage,
  RefusedMessage,
  ReplayMessage,
} from '../ui/runs/StorageMessage.tsx';
import { Exhibit } from './Exhibit.tsx';

const ignore = () => undefined;

const kept = { id: 'aaaaaaaa11111111', name: 'calm-otter', steps: 37, bytes: 4_200_000 };
const settings = { task: 'Sums', algorithm: 'GRPO', seed: 1, reward: 0.512, kl: 0.0123, created: 0, group: null };

const lines: readonly RunLine[] = [
  {
    ...kept,
    ...settings,
    id: '1',
    name: 'swift-heron',
    color: runColor(1),
    pinned: false,
    inHand: true,
    shown: false,
    differs: ['Learning rate 0.001 → 0.002'],
    origin: 'fork of calm-otter at step 20',
    baseAccuracy: 0.41,
    finalAccuracy: 0.93,
    date: '5 Jan, 09:41',
    backend: 'WASM (CPU)',
  },
  {
    ...kept,
    ...settings,
    color: runColor(0),
    pinned: true,
    inHand: false,
    shown: true,
    differs: null,
    origin: null,
    baseAccuracy: null,
    finalAccuracy: null,
    date: '5 Jan, 09:30',
    backend: 'WebGPU (GPU)',
  },
];

export function Keeping() {
  const table = {
    order: usualOrder,
    groups: [{ id: 'learningRate', label: 'Learning rate' }],
    onOrder: ignore,
    onShow: ignore,
    onPin: ignore,
    onRename: () => 'A name is needed.',
    onGoOn: ignore,
    onFork: ignore,
    onRemove: ignore,
    files: () => null,
  };
  const replay = { from: 10, step: 14, target: 17, differing: 0 };
  return (
    <>
      <Exhibit name="Runs: empty">
        <RunTable runs={[]} {...table} />
      </Exhibit>
      <Exhibit name="Runs">
        <RunTable runs={lines} {...table} />
      </Exhibit>
      <Exhibit name="Runs: grouped">
        <RunTable runs={lines.map((line) => ({ ...line, group: 'Learning rate: 0.001' }))} {...table} />
      </Exhibit>
      <Exhibit name="Storage: refused">
        <RefusedMessage onDismiss={ignore} />
      </Exhibit>
      <Exhibit name="Storage: full">
        <FullMessage saved={37} expendable={[kept]} isAlone={false} onFree={ignore} />
      </Exhibit>
      <Exhibit name="Storage: full, all pinned">
        <FullMessage saved={null} expendable={[]} isAlone={false} onFree={ignore} />
      </Exhibit>
      <Exhibit name="Storage: full, no other run">
        <FullMessage saved={null} expendable={[]} isAlone onFree={ignore} />
      </Exhibit>
      <Exhibit name="Run: open elsewhere">
        <ElsewhereMessage run={kept} onTake={ignore} onDismiss={ignore} />
      </Exhibit>
      <Exhibit name="Run: not finished">
        <OfferMessage run={kept} total={100} onTake={ignore} onDismiss={ignore} />
      </Exhibit>
      <Exhibit name="Replay: going on">
        <ReplayMessage replay={replay} busy onDismiss={ignore} />
      </Exhibit>
      <Exhibit name="Replay: other numbers">
        <ReplayMessage replay={{ ...replay, step: 17, differing: 2 }} busy={false} onDismiss={ignore} />
      </Exhibit>
    </>
  );
}
