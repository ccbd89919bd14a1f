/** @file `npm run bench -- --profile`: where the time of a step goes, by graph and kind of kernel. */
import { UsageError } from '../../../src/lib/assert.ts';
import type { LoadedPolicy } from '../../environment.ts';
import type { BenchBackend } from '../row.ts';
import { collectProfile } from './collect.ts';
import { type BackendProfile, summarize } from './summary.ts';
import type { ProfiledBackend } from './watch.ts';

const STEPS = 10;

const isProfiled = (backend: BenchBackend): backend is ProfiledBackend => backend !== 'webgpu';

/** Profiles of the backends that have a kernel clock, one after the other. UsageError if none of them has. */
export async function profileBackends(
  policy: LoadedPolicy,
  backends: readonly BenchBackend[],
  steps = STEPS,
): Promise<BackendProfile[]> {
  const profiled = backends.filter(isProfiled);
  if (profiled.length === 0) throw new UsageError('--profile: node or wasm is needed; WebGPU has no clock of kernels');
  const profiles: BackendProfile[] = [];
  for (const backend of profiled) profiles.push(summarize(backend, await collectProfile(policy, backend, steps)));
  return profiles;
}
