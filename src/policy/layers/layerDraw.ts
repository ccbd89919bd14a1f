/** @file Draws tokens from the output of the last layer, and reads those of several steps at once. */
import { sizeOf } from '../../engine/graph/index.ts';
import type { DeviceTensor, Program, Runtime } from '../../engine/runtime/runtime.ts';
import { present } from '../../lib/assert.ts';
import { fedTemperature } from '../sampling.ts';
import type { Compiled } from './compiled.ts';
import { type DecodeParts, drawGraph, logitsGraph, wholeLogitsGraph } from './decode.ts';
import { floats, type LayerSource } from './fed.ts';
import { chunksOf } from './head.ts';
import { headTable } from './weights.ts';

export class LayerDraw {
  /** Tokens, as bits of int32, and their log-probabilities, [steps, 2, rows]. */
  private readonly drawn: DeviceTensor;
  /** Logits [parts, rows, chunk] that are computed part by part; null where the table is multiplied by as it is stored. */
  private readonly gathered: DeviceTensor | null;
  private readonly chunks: ReturnType<typeof chunksOf>;
  private readonly table: string;

  /** `steps`: most steps between two reads. */
  constructor(
    private readonly runtime: Runtime,
    private readonly source: LayerSource,
    private readonly parts: DecodeParts,
    private readonly programs: Compiled,
    steps: number,
  ) {
    const { config, weights, chunk } = source;
    this.chunks = chunksOf(chunk, config.vocabSize);
    this.table = headTable(config);
    const memory = (...shape: number[]) => runtime.upload(floats(shape, new Float32Array(sizeOf(shape))));
    this.drawn = memory(steps, 2, parts.rows);
    const isWhole = runtime.backend === 'webgpu' && weights.get(this.table)?.kind === 'quantized';
    this.gathered = isWhole ? null : memory(this.chunks.length, parts.rows, chunk);
  }

  /** The token int [rows] of step `step` since the last read for every row of x [rows, d]; the caller disposes it. */
  async draw(step: number, x: DeviceTensor, uniform: Float32Array, temperature: number): Promise<DeviceTensor> {
    const { rows } = this.parts;
    const logits = this.gathered ? await this.logitsByParts(x, this.gathered) : await this.wholeLogits(x);
    const [parts, , chunk] = logits.shape as [number, number, number];
    const program = await this.programs.get('draw', () => drawGraph(rows, parts, chunk));
    const drawn = await program.run({
      logits,
      uniform: floats([rows], uniform),
      temperature: floats([], Float32Array.of(fedTemperature(temperature))),
    });
    if (logits !== this.gathered) logits.dispose();
    const [tokenId, logProb] = ['tokenId', 'logProb'].map((name) => present(drawn[name], `output ${name}`)) as [
      DeviceTensor,
      DeviceTensor,
    ];
    const to = this.drawn;
    this.runtime.copy([tokenId, logProb].map((from, i) => ({ from, to, at: 4 * rows * (2 * step + i) })));
    logProb.dispose();
    return tokenId;
  }

  /** Tokens and log-probabilities by step [rows]. */
  async read(): Promise<{ readonly tokenIds: Int32Array; readonly logProbs: Float32Array }[]> {
    const { rows } = this.parts;
    const { buffer, byteOffset, length } = (await this.drawn.read()) as Float32Array;
    return Array.from({ length: length / rows / 2 }, (_, step) => ({
      tokenIds: new Int32Array(buffer, byteOffset + 8 * rows * step, rows),
      logProbs: new Float32Array(buffer, byteOffset + 8 * rows * step + 4 * rows, rows),
    }));
  }

  dispose(): void {
    this.drawn.dispose();
    this.gathered?.dispose();
  }

  private async wholeLogits(x: DeviceTensor): Promise<DeviceTensor> {
    const program = await this.programs.get('logits', () => wholeLogitsGraph(this.parts, this.table));
    return this.logitsOf(program, { x });
  }

  private async logitsByParts(x: DeviceTensor, to: DeviceTensor): Promise<DeviceTensor> {
    const { chunk, fed } = this.source;
    const program = await this.programs.get('logits', () => logitsGraph(this.parts, chunk));
    for (const [i, { ids, unused }] of this.chunks.entries()) {
      const rows = await fed.rows(this.table, ids, true);
      const from = await this.logitsOf(program, { x, rows, unused });
      this.runtime.copy([{ from, to, at: 4 * i * this.parts.rows * chunk }]);
      from.dispose();
      if (!('data' in rows)) rows.dispose();
    }
    return to;
  }

  private async logitsOf(program: Program, feeds: Parameters<Program['run']>[0]): Promise<DeviceTensor> {
    const { logits } = await program.run({ ...feeds, ...(await this.source.fed.of(program)) });
    return present(logits, 'output logits');
  }
}
