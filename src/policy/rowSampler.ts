/** @file The part shared by samplers of every device: rows on the host, over a cache that each device keeps itself. */
import { assert } from '../lib/assert.ts';
import { Rows } from './rows.ts';
import {
  checkPrompts,
  checkUniforms,
  type DrawRequest,
  type Parent,
  type Sampled,
  type Sampler,
  type SampleRequest,
  type SamplerShape,
  type SpecialTokens,
  type Trajectories,
  widthOf,
} from './sampler.ts';

export abstract class RowSampler implements Sampler {
  protected rows: Rows;

  protected constructor(
    readonly shape: SamplerShape,
    protected readonly special: SpecialTokens,
  ) {
    this.rows = new Rows(shape, special.padId);
  }

  async sample({ prompts, adapter, uniforms, temperature }: SampleRequest): Promise<Sampled> {
    const draw = {
      rows: [...prompts.keys()],
      most: this.shape.completionLength,
      uniforms,
      temperature,
      until: this.special.endIds,
    };
    checkPrompts(this.shape, prompts);
    checkUniforms(draw);
    await this.begin(prompts, adapter);
    await this.draw(draw);
    return this.completions(prompts);
  }

  async begin(prompts: SampleRequest['prompts'], adapter?: Float32Array): Promise<void> {
    checkPrompts(this.shape, prompts);
    this.rows = new Rows(this.shape, this.special.padId);
    await this.fill(prompts, adapter);
    prompts.forEach((prompt, row) => {
      for (const id of prompt) this.rows.append(row, id, null);
    });
  }

  async extend(rows: readonly number[], ids: readonly (readonly number[])[]): Promise<void> {
    this.rows.checkStarted('extend', rows);
    assert(ids.length === rows.length, `extend: ${rows.length} lists of tokens are needed, not ${ids.length}`);
    rows.forEach((row, i) => {
      const [room, count] = [this.rows.room(row), ids[i]?.length ?? 0];
      assert(count <= room, `extend: row ${row} has room for ${room} tokens, not ${count}`);
    });
    const longest = Math.max(0, ...ids.map(({ length }) => length));
    for (let t = 0; t < longest; t++) {
      await this.feed(rows.filter((_, i) => t < (ids[i]?.length ?? 0)));
      rows.forEach((row, i) => {
        const id = ids[i]?.[t];
        if (id !== undefined) this.rows.append(row, id, null);
      });
    }
  }

  async draw(request: DrawRequest): Promise<void> {
    this.rows.checkStarted('draw', request.rows);
    checkUniforms(request);
    const steps = Math.min(request.most, Math.max(0, ...request.rows.map((row) => this.rows.room(row))));
    if (steps > 0) await this.decode(request, steps);
  }

  async fork(parents: readonly Parent[]): Promise<void> {
    const forked = this.rows.forked(parents, this.special.padId);
    await this.copyCache(parents);
    this.rows = forked;
  }

  trajectories(): Trajectories {
    return this.rows.copy();
  }

  abstract dispose(): Promise<void>;

  /** Caches all tokens of the prompts except the last, which the first step takes. */
  protected abstract fill(prompts: SampleRequest['prompts'], adapter: Float32Array | undefined): Promise<void>;

  /** Caches the last token of each of these rows. */
  protected abstract feed(rows: readonly number[]): Promise<void>;

  /** Draws up to `steps` tokens per row, and calls `take` for each. */
  protected abstract decode(request: DrawRequest, steps: number): Promise<void>;

  /** Row i of the cache becomes that of `parents[i]`. */
  protected abstract copyCache(parents: readonly Parent[]): Promise<void>;

  /** Appends a drawn token; false if the row rests afterwards. */
  protected take(row: number, token: number, logProb: number, { until }: DrawRequest): boolean {
    this.rows.append(row, token, logProb);
    return this.rows.room(row) > 0 && !until.includes(token);
  }

  /** The rows behind their prompts, [rows, completionLength]. */
  private completions(prompts: SampleRequest['prompts']): Sampled {
    const { rows, completionLength } = this.shape;
    const result = {
      tokenIds: new Int32Array(rows * completionLength).fill(this.special.padId),
      logProbs: new Float32Array(rows * completionLength),
      lengths: new Int32Array(rows),
    };
    prompts.forEach((prompt, row) => {
      const span = [
        row * widthOf(this.shape) + prompt.length,
        row * widthOf(this.shape) + this.rows.length(row),
      ] as const;
      result.tokenIds.set(this.rows.tokenIds.subarray(...span), row * completionLength);
      result.logProbs.set(this.rows.logProbs.subarray(...span), row * completionLength);
      result.lengths[row] = this.rows.length(row) - prompt.length;
    });
    return result;
  }
}
