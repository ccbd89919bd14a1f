/**
 * @file Keys and values of all layers in pieces of `PIECE` places. A step writes one place for all rows, and each row
 * knows the places of its own tokens, so that nothing that was written moves.
 */
import type { DeviceTensor, Feeds, HostTensor, Runtime } from '../../engine/runtime/runtime.ts';
import { assert } from '../../lib/assert.ts';
import { headSize, type PolicyConfig } from '../config.ts';
import { HIDDEN } from '../transformer.ts';
import { PIECE, pieceName } from './decode.ts';

const kinds = ['keys', 'values'] as const;
type Kind = (typeof kinds)[number];

export class PieceCache {
  /** Pieces of a layer, in the order of their places. */
  private readonly pieces: Readonly<Record<Kind, DeviceTensor[]>>[];
  /** Places of each row's tokens, in their order. */
  private places: number[][] = [];
  private used = 0;

  constructor(
    private readonly runtime: Runtime,
    private readonly config: PolicyConfig,
    private readonly rows: number,
    private readonly keptAs: 'float' | 'half' = 'float',
    /** Fewest pieces of a layer. */
    private readonly fewest = 1,
  ) {
    this.pieces = Array.from({ length: config.layers }, () => ({ keys: [], values: [] }));
  }

  /** Forgets everything, and takes `count` places, of which row i has the first `lengths[i]`. */
  begin(lengths: readonly number[], count: number): void {
    this.used = 0;
    this.take(count);
    this.places = Array.from({ length: this.rows }, (_, row) =>
      Array.from({ length: lengths[row] ?? 0 }, (_place, i) => i),
    );
  }

  /** The next `count` places, and pieces for them; the first of them. */
  take(count: number): number {
    const first = this.used;
    this.used += count;
    const { kvHeads } = this.config;
    const shape = [PIECE, this.rows, kvHeads, headSize(this.config)];
    for (const layer of this.pieces)
      for (const kind of kinds)
        while (layer[kind].length < this.inUse) {
          layer[kind].push(this.runtime.upload(this.empty(shape)));
        }
    return first;
  }

  /** Pieces that hold places in use, or the fewest. */
  get inUse(): number {
    return Math.max(this.fewest, Math.ceil(this.used / PIECE));
  }

  /** The pieces of a layer, as inputs of a step. */
  feeds(layer: number, count: number): Feeds {
    return Object.fromEntries(
      kinds.flatMap((kind) =>
        (this.pieces[layer]?.[kind] ?? []).slice(0, count).map((piece, i) => [pieceName(kind, i), piece] as const),
      ),
    );
  }

  /** Copies keys and values [2, n, rows, kvHeads, headSize] to the places from `place` on. */
  write(layer: number, from: DeviceTensor, place: number): void {
    const size = (this.keptAs === 'half' ? 2 : 4) * this.placeSize;
    const count = from.shape[1] as number;
    const end = place + count;
    for (let at = place; at < end;) {
      const piece = Math.floor(at / PIECE);
      const next = Math.min(end, (piece + 1) * PIECE);
      this.runtime.copy(
        kinds.map((kind, i) => {
          const to = this.pieces[layer]?.[kind][piece];
          assert(to, `cache: place ${at} was not taken`);
          const start = (i * count + at - place) * size;
          return { from, start, size: (next - at) * size, to, at: (at - piece * PIECE) * size };
        }),
      );
      at = next;
    }
  }

  /** The first place that is not in use. */
  get end(): number {
    return this.used;
  }

  /** Row i has `lengths[i]` tokens, the last of which is not here yet; places from `end` on are free. */
  cut(lengths: ArrayLike<number>, end: number): void {
    this.places = this.places.map((places, row) => places.slice(0, Math.max(0, (lengths[row] ?? 0) - 1)));
    this.used = end;
  }

  /** The place holds the next token of these rows. */
  append(place: number, rows: readonly number[]): void {
    for (const row of rows) this.places[row]?.push(place);
  }

  /**
   * 0 for places of the row's last `window` tokens in the first `count` pieces, the new one behind them among these;
   * else HIDDEN.
   */
  mask(count: number, window = Infinity): HostTensor {
    const width = PIECE * count + 1;
    const data = new Float32Array(this.rows * width).fill(HIDDEN);
    this.places.forEach((places, row) => {
      for (const place of places.slice(Math.max(0, places.length + 1 - window))) data[row * width + place] = 0;
      data[(row + 1) * width - 1] = 0;
    });
    return { dtype: 'float32', shape: [this.rows, 1, 1, width], data };
  }

  /** Row i continues the first `lengths[i]` tokens of row `parents[i]`; `forked` gives a piece with its rows in that order. */
  async fork(
    parents: readonly number[],
    lengths: readonly number[],
    forked: (piece: DeviceTensor) => Promise<DeviceTensor>,
  ): Promise<void> {
    for (const layer of this.pieces)
      for (const kind of kinds)
        for (const piece of layer[kind].slice(0, this.inUse)) {
          const moved = await forked(piece);
          this.runtime.copy([{ from: moved, to: piece }]);
          moved.dispose();
        }
    this.places = Array.from({ length: this.rows }, (_, row) => {
      const parent = parents[row];
      return parent === undefined ? [] : (this.places[parent] ?? []).slice(0, lengths[row]);
    });
  }

  dispose(): void {
    for (const layer of this.pieces)
      for (const kind of kinds) for (const piece of layer[kind].splice(0)) piece.dispose();
  }

  private empty(shape: readonly number[]): HostTensor {
    const count = PIECE * this.placeSize;
    return this.keptAs === 'half'
      ? { dtype: 'float16', shape, data: new Uint16Array(count) }
      : { dtype: 'float32', shape, data: new Float32Array(count) };
  }

  /** Numbers of one place. */
  private get placeSize(): number {
    return this.rows * this.config.kvHeads * headSize(this.config);
  }
}
