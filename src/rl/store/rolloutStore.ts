/** @file The fixed store of a run that learns offline: made once, since nothing in it changes from step to step. */
import type { Group } from '../trajectory/groups.ts';

export class RolloutStore {
  private made: { readonly key: string; readonly groups: Promise<readonly Group[]> } | null = null;

  /** `given` came from outside; null where the base writes the store. */
  constructor(private readonly given: readonly Group[] | null = null) {}

  /**
   * The groups that `make` makes, of those from outside where there are any; it is asked once, and again where `key`,
   * all that they depend on, is another or making them failed.
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
