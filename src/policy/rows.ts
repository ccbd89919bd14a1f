/** @file The rows of a sampler on the host: their tokens, and the writer of each. */
import { assert } from '../lib/assert.ts';
import { capacityOf, type Parent, type SamplerShape, type Trajectories, widthOf } from './sampler.ts';

export class Rows implements Trajectories {
  readonly tokenIds: Int32Array;
  readonly written: Uint8Array;
  readonly logProbs: Float32Array;
  readonly lengths: Int32Array;
  private readonly width: number;

  constructor(
    private readonly shape: SamplerShape,
    padId: number,
  ) {
    this.width = widthOf(shape);
    const size = shape.rows * this.width;
    this.tokenIds = new Int32Array(size).fill(padId);
    this.written = new Uint8Array(size);
    this.logProbs = new Float32Array(size);
    this.lengths = new Int32Array(shape.rows);
  }

  length(row: number): number {
    return this.lengths[row] as number;
  }

  /** Number of tokens that still fit in a row. */
  room(row: number): number {
    return this.width - this.length(row);
  }

  /** Appends a token of the policy, with its log-probability, or a forced one (`logProb` null). */
  append(row: number, token: number, logProb: number | null): void {
    const at = row * this.width + this.length(row);
    this.tokenIds[at] = token;
    this.written[at] = Number(logProb !== null);
    this.logProbs[at] = logProb ?? 0;
    this.lengths[row] = this.length(row) + 1;
  }

  /** Copies of the parents, other rows empty. UsageError for a parent beyond the rows written so far. */
  forked(parents: readonly Parent[], padId: number): Rows {
    assert(parents.length <= this.shape.rows, `fork: at most ${this.shape.rows} rows, not ${parents.length}`);
    const next = new Rows(this.shape, padId);
    parents.forEach(({ row, at }, to) => {
      this.checkStarted('fork', [row]);
      assert(at > 0 && at <= this.length(row), `fork: row ${row} has ${this.length(row)} tokens, not ${at}`);
      const span = [row * this.width, row * this.width + at] as const;
      for (const name of ['tokenIds', 'written', 'logProbs'] as const)
        next[name].set(this[name].subarray(...span), to * this.width);
      next.lengths[to] = at;
    });
    return next;
  }

  /** Inputs of the next step: each row's last token and its position, [rows] each. */
  heads(): { tokenId: Int32Array; position: Int32Array } {
    const { rows } = this.shape;
    const last = capacityOf(this.shape) - 1;
    const tokenId = new Int32Array(rows);
    const position = new Int32Array(rows);
    for (let row = 0; row < rows; row++) {
      if (this.length(row) === 0) continue;
      tokenId[row] = this.tokenIds[row * this.width + this.length(row) - 1] as number;
      position[row] = Math.min(this.length(row) - 1, last);
    }
    return { tokenId, position };
  }

  /** UsageError that names the caller `what` if a row has no token yet. */
  checkStarted(what: string, rows: readonly number[]): void {
    for (const row of rows) assert((this.lengths[row] ?? 0) > 0, `${what}: row ${row} was not begun`);
  }

  copy(): Trajectories {
    const { tokenIds, written, logProbs, lengths } = this;
    return {
      tokenIds: tokenIds.slice(),
      written: written.slice(),
      logProbs: logProbs.slice(),
      lengths: lengths.slice(),
    };
  }
}
