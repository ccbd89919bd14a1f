/**
 * @file Rows of a sampler that share a cache. A slot holds the keys and values of a prefix; rows that continue the same
 * tokens share it, and it is copied when they part.
 */

/** Last token of each row and its position, int [rows] each. */
export interface Ends {
  readonly tokenId: Int32Array;
  readonly position: Int32Array;
}

/** The end of one prefix: computed once for all rows that continue it. */
export interface Head {
  readonly tokenId: number;
  readonly position: number;
  readonly rows: readonly number[];
}

/** A copy of the first `length` positions of a slot. Slot `rows`, after those that rows can have, is scratch memory. */
export interface Move {
  readonly from: number;
  readonly to: number;
  readonly length: number;
}

interface Draft extends Head {
  readonly rows: number[];
  slot: number;
}

export class Slots {
  /** Slot of each row; -1 before the row is begun. */
  private slotOf: number[] = [];

  constructor(private readonly rows: number) {}

  /** Starts a row for each prompt; returns the distinct prompts, whose caches belong into slots 0, 1, ... */
  begin(prompts: readonly (readonly number[])[]): (readonly number[])[] {
    const slots = new Map<string, number>();
    const distinct = prompts.filter((prompt) => {
      const key = prompt.join();
      return !slots.has(key) && slots.set(key, slots.size);
    });
    this.slotOf = prompts.map((prompt) => slots.get(prompt.join()) as number);
    return distinct;
  }

  /** Row i continues the prefix of the former row `parents[i]`; there are no other rows. */
  fork(parents: readonly number[]): void {
    this.slotOf = parents.map((parent) => this.slotOf[parent] as number);
  }

  /**
   * The heads of a step that feeds the last tokens of `rows`, and the moves after which slot i holds the prefix of head
   * i. The step may write at the head's position: the prefixes of all rows are kept.
   */
  step(rows: readonly number[], ends: Ends): { readonly heads: readonly Head[]; readonly moves: readonly Move[] } {
    const heads = this.group(rows, ends);
    const lengths = Array<number>(this.rows).fill(-1);
    this.slotOf.forEach((slot, row) => {
      lengths[slot] = Math.max(lengths[slot] as number, ends.position[row] as number);
    });
    const moves = [...this.separate(heads, lengths), ...this.compact(heads, lengths)];
    return { heads: heads.sort((a, b) => a.slot - b.slot), moves };
  }

  /** Rows of one slot have the same prefix if their last tokens and positions are equal. */
  private group(rows: readonly number[], { tokenId, position }: Ends): Draft[] {
    const heads = new Map<string, Draft>();
    for (const row of rows) {
      const key = [this.slotOf[row], position[row], tokenId[row]].join();
      const head = heads.get(key);
      if (head) head.rows.push(row);
      else
        heads.set(key, {
          tokenId: tokenId[row] as number,
          position: position[row] as number,
          rows: [row],
          slot: this.slotOf[row] as number,
        });
    }
    return [...heads.values()];
  }

  /**
   * One head of each slot keeps it, unless another row needs the position that it writes; the others get copies.
   * `lengths` are the positions in use of each slot, -1 for a free one.
   */
  private separate(heads: readonly Draft[], lengths: number[]): Move[] {
    const kept = new Set<number>();
    return heads.flatMap((head) => {
      const { slot, position, rows } = head;
      if (position === lengths[slot] && !kept.has(slot)) {
        kept.add(slot);
        return [];
      }
      head.slot = lengths.indexOf(-1);
      lengths[head.slot] = position;
      for (const row of rows) this.slotOf[row] = head.slot;
      return [{ from: slot, to: head.slot, length: position }];
    });
  }

  /** The heads take the first slots; prefixes that rest there are moved out. */
  private compact(heads: readonly Draft[], lengths: number[]): Move[] {
    const used = new Set(heads.map(({ slot }) => slot));
    let hole = 0;
    return heads.flatMap((head) => {
      const { slot } = head;
      if (slot < heads.length) return [];
      while (used.has(hole)) hole++;
      const to = hole++;
      head.slot = to;
      this.slotOf = this.slotOf.map((other) => (other === slot ? to : other === to ? slot : other));
      const [length, resting] = [lengths[slot] as number, lengths[to] as number];
      const move = { from: slot, to, length };
      if (resting < 0) return [move];
      return [{ from: to, to: this.rows, length: resting }, move, { from: this.rows, to: slot, length: resting }];
    });
  }
}
