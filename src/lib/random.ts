/**
 * @file Counter-based random numbers: a value is a pure function of its key, never of the number of earlier draws, so a
 * replayed step, a resumed run or a different number of workers draws the same numbers. Philox 4x32 with 10 rounds
 * (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
 */

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

type Block = [number, number, number, number];

/** Upper 32 bits of the product of two unsigned 32-bit integers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const cross = (middle & 0xffff) + aLow * bHigh;
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(cross / 0x10000)) >>> 0;
}

/** Philox4x32-10: four unsigned 32-bit words for one 128-bit counter and one 64-bit key. */
export function philox(counter: Block, key: [number, number]): Block {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const low0 = Math.imul(MULTIPLIER_0, c0) >>> 0;
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low1 = Math.imul(MULTIPLIER_1, c2) >>> 0;
    [c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1, (high0 ^ c3 ^ k1) >>> 0, low0];
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** FNV-1a over the UTF-16 code units of a string: 32 bits, for keys and splits, not for secrets. */
export function hashString(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  // FNV's low bits mix poorly on short strings; one Philox round trip spreads them.
  return philox([hash, text.length, 0, 0], [WEYL_0, WEYL_1])[0];
}

/** A source of numbers addressed by a key; `fork` names an independent sub-stream. */
export interface Random {
  /** Uniform in [0, 1) with 24 bits. */
  uniform(): number;
  /** Integer in [low, high], both ends included. */
  integer(low: number, high: number): number;
  /** Standard normal (Box-Muller). */
  normal(): number;
  /** One element of a non-empty list. */
  pick<T>(items: readonly T[]): T;
  /** A new list in random order (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[];
  /** An independent stream named by words; forking draws nothing from this one. */
  fork(...words: (string | number)[]): Random;
}

class PhiloxRandom implements Random {
  private index = 0;
  private block: Block = [0, 0, 0, 0];

  constructor(private readonly key: [number, number]) {}

  private word(): number {
    const lane = this.index % 4;
    if (lane === 0) this.block = philox([this.index >>> 2, 0, 0, 0], this.key);
    this.index++;
    return this.block[lane as 0 | 1 | 2 | 3];
  }

  uniform(): number {
    return (this.word() >>> 8) * 2 ** -24;
  }

  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }

  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  pick<T>(items: readonly T[]): T {
    return items[this.integer(0, items.length - 1)] as T;
  }

  shuffle<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.integer(0, i);
      [result[i], result[j]] = [result[j] as T, result[i] as T];
    }
    return result;
  }

  fork(...words: (string | number)[]): Random {
    return new PhiloxRandom(keyOf(this.key, words));
  }
}

function keyOf(parent: [number, number], words: (string | number)[]): [number, number] {
  let [k0, k1] = parent;
  for (const word of words) {
    const value = typeof word === 'number' ? word >>> 0 : hashString(word);
    const kind = typeof word === 'number' ? 1 : 2;
    const mixed = philox([value, kind, 0x5eed, 0], [k0, k1]);
    k0 = mixed[0];
    k1 = mixed[1];
  }
  return [k0, k1];
}

/** The stream addressed by `words`, for example `random(seed, 'rollout', step, prompt, sample)`. */
export function random(...words: (string | number)[]): Random {
  return new PhiloxRandom(keyOf([0, 0], words));
}
