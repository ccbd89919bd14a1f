/** @file Draws tokens from the output of the last layer; logits are computed part by part of the vocabulary. */
import type { DeviceTensor, Runtime } from '../../engine/runtime/runtime.ts';
import { present } from '../../lib/assert.ts';
import { fedTemperature } from '../sampling.ts';
import type { Compiled } from './compiled.ts';
import { type DecodeParts, drawGraph, logitsGraph } from './decode.ts';
import { floats, type LayerSource } from './fed.ts';
import { chunksOf } from './head.ts';
import { headTable } from './weights.ts';

export class LayerDraw {
  constructor(
    private readonly runtime: Runtime,
    private readonly source: LayerSource,
    private readonly parts: DecodeParts,
    private readonly programs: Compiled,
  ) {}

  /** A token and its log-probability for every row of x [rows, d]. */
  async tokens(x: DeviceTensor, uniform: Float32Array, temperature: number) {
    const { rows } = this.parts;
    const { config, chunk, fed } = this.source;
    const chunks = chunksOf(chunk, config.vocabSize);
    const program = await this.programs.get('logits', () => logitsGraph(this.parts, chunk));
    const draw = await this.programs.get('draw', () => drawGraph(rows, chunks.length, chunk));
    const logits = this.runtime.upload(
      floats([chunks.length, rows, chunk], new Float32Array(chunks.length * rows * chunk)),
    );
    for (const [i, { ids, unused }] of chunks.entries()) {
      const table = await fed.rows(headTable(config), ids, true);
      const part = await program.run({ x, rows: table, unused, ...(await fed.of(program)) });
      const from = present(part.logits, 'output logits');
      this.runtime.copy([{ from, to: logits, at: 4 * i * rows * chunk }]);
      from.dispose();
      if (!('data' in table)) table.dispose();
    }
    const fedNumbers = {
      uniform: floats([rows], uniform),
      temperature: floats([], Float32Array.of(fedTemperature(temperature))),
    };
    const { tokenId, logProb } = await draw.run({ logits, ...fedNumbers });
    logits.dispose();
    const read = async (tensor: DeviceTensor | undefined) =>
      present(tensor, 'a drawn token')
        .read()
        .finally(() => tensor?.dispose());
    return { tokenIds: (await read(tokenId)) as Int32Array, logProbs: (await read(logProb)) as Float32Array };
  }
}
