/**
 * @file Stored results were measured on the shipped weights: after a base is remade, its measurements must be repeated.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { weightsHash } from '../../src/policy/checkpoint.ts';
import { presetConfig } from '../../src/rl/config/presets.ts';
import { policyFor } from '../../src/rl/pretraining/policies.ts';
import { loadPolicyFile } from '../environment.ts';
import { storedResults } from './stored.ts';

/** Name of a shipped base and hash of its weights. */
const shipped = (policy: string): string => `${policy} ${weightsHash(loadPolicyFile(policy).checkpoint)}`;

test.each(storedResults().map((result) => [result.experiment, result] as const))(
  '%s: every run is from the shipped base’s weights; else npm run claims runs it again',
  (_experiment, { runs }) => {
    const found = new Set(runs.map(({ policy, summary }) => `${policy} ${summary.weightsHash ?? 'not recorded'}`));
    expect([...found].toSorted()).toEqual([...new Set(runs.map(({ policy }) => policy))].toSorted().map(shipped));
  },
);

test.each(readdirSync('public/recorded'))(
  'recorded run %s has the shipped base’s weights; else npm run record remakes it',
  (name) => {
    const { preset, weightsHash: hash = 'not recorded' } = JSON.parse(
      readFileSync(`public/recorded/${name}`, 'utf8'),
    ) as { preset: string; weightsHash?: string };
    const { task, policy } = presetConfig(preset);
    const base = policyFor(task, policy);
    expect(`${base} ${hash}`).toBe(shipped(base));
  },
);
