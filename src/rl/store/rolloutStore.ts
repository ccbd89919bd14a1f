/** @file The fixed store of an offline run, made once for all steps. */
import type { Group } from '../trajectory/groups.ts';

export class RolloutStore {
  private made: { readonly key: string; readonly groups: Promise<readonly Group[]> } | null = null;

  /** `given` are groups from a file; null if the base samples the store. */
  constructor(private readonly given: readonly Group[] | null = null) {}

  /**
   * The groups that `make` returns for `given`; cached until `key`, which names all that they depend on, changes or
   * `make` rejects.
   */
  async groups(
    key: string,
    make: (given: readonly Group[] | null) => Promise<readonly Group[]>,
  ): Promise<readonly Group[]> {
    if (this.made?.key !== key) this.made = { key, groups: make(this.given) };
    try {
      return await this.made.groups;
    } catch (error) {
      this.made = null;
      throw error;
    }
  }
}
