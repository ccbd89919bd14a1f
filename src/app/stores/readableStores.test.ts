/** @file Only the module that made a store changes its state; `tsc` checks these expectations. */
import { expectTypeOf, test } from 'vitest';
import type { ProgressStore } from '../../lessons/progress.ts';
import type { offline } from '../offline.ts';
import type { Comparison } from './comparison.ts';
import type { Composer } from './composerStore.ts';
import type { Library } from './library.ts';
import type { PlaceStore } from './placeStore.ts';
import type { recorded } from './recorded.ts';
import type { RolloutFiles } from './rolloutFiles.ts';
import type { RunStore } from './runStore.ts';
import type { SettingsStore } from './settingsStore.ts';
import type { chartView, layout, openPart } from './viewStore.ts';

test('no store lets others set its state', () => {
  expectTypeOf<SettingsStore>().not.toHaveProperty('setState');
  expectTypeOf<RunStore>().not.toHaveProperty('setState');
  expectTypeOf<Library>().not.toHaveProperty('setState');
  expectTypeOf<Comparison>().not.toHaveProperty('setState');
  expectTypeOf<Composer>().not.toHaveProperty('setState');
  expectTypeOf<RolloutFiles>().not.toHaveProperty('setState');
  expectTypeOf<PlaceStore>().not.toHaveProperty('setState');
  expectTypeOf<ProgressStore>().not.toHaveProperty('setState');
  expectTypeOf<typeof chartView | typeof layout | typeof openPart>().not.toHaveProperty('setState');
  expectTypeOf<typeof offline | typeof recorded>().not.toHaveProperty('setState');
});
