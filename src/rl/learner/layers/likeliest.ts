/**
 * @file The most likely next tokens under several parameter sets of a policy in layers. Logits are read back chunk by
 * chunk, of all sets for the same tokens: a token that is likely under one is then known under the others too.
 */
import type { DeviceTensor, HostTensor } from '../../../engine/runtime/runtime.ts';
import { present } from '../../../lib/assert.ts';
import { floats } from '../../../policy/layers/fed.ts';
import { chunksOf } from '../../../policy/layers/head.ts';
import { fedTemperature } from '../../../policy/sampling.ts';
import type { LikeliestJob } from '../jobs.ts';
import { LikeliestTokens } from '../likeliest.ts';
import type { Likeliest } from '../../trajectory/tokens.ts';
import type { LayerPrograms } from './layerPrograms.ts';

/** The entries of each column in the arrays of a forest. */
function edgesOf<V>({ trajectory, columns }: LikeliestJob<V>, array: 'sources' | 'targets'): number[] {
  const [choices, entries] = [present(trajectory.choices, 'choices'), present(trajectory[array], array)];
  return columns.map((column) => entries[choices[column] as number] as number);
}

/** Outputs of the last layer [S, d] before the next token of each column, filled up to `rows`, as [rows, d]. */
export async function outputsAt(
  job: LikeliestJob<DeviceTensor>,
  outputs: HostTensor | DeviceTensor,
  rows: number,
): Promise<HostTensor> {
  const dim = outputs.shape[1] as number;
  const all = ('data' in outputs ? outputs.data : await outputs.read()) as Float32Array;
  const chosen = new Float32Array(rows * dim);
  edgesOf(job, 'sources').forEach((state, i) => chosen.set(all.subarray(state * dim, (state + 1) * dim), i * dim));
  return floats([rows, dim], chosen);
}

/** The answer to a job, from the outputs [rows, d] of each target in its columns. */
export async function likeliestTokens(
  programs: LayerPrograms,
  job: LikeliestJob<DeviceTensor>,
  outputs: readonly HostTensor[],
): Promise<Likeliest[]> {
  const { weights, table, vocabSize, shape } = programs;
  const program = await programs.logits(outputs[0]?.shape[0] ?? 0);
  const temperature = fedTemperature(job.temperature);
  const found = edgesOf(job, 'targets').map((own) => new LikeliestTokens(outputs.length, own, job.count, temperature));
  for (const [part, { ids, unused }] of chunksOf(shape.chunk, vocabSize).entries()) {
    const start = part * shape.chunk;
    const rows = await weights.rows(table, ids, true);
    const logits: Float32Array[] = [];
    for (const x of outputs) {
      const output = (await program.run({ x, rows, unused, ...(await weights.of(program)) })).logits;
      const tensor = present(output, 'output logits');
      logits.push((await tensor.read().finally(() => tensor.dispose())) as Float32Array);
    }
    if (!('data' in rows)) rows.dispose();
    const size = Math.min(shape.chunk, vocabSize - start);
    found.forEach((place, i) =>
      place.add(
        start,
        logits.map((of) => of.subarray(i * shape.chunk, i * shape.chunk + size)),
      ),
    );
  }
  return found.map((place) => place.result());
}
