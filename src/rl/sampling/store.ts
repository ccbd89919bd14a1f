/** @file The fixed store of a run that learns offline: made once, since nothing in it changes from step to step. */
import type { Group } from './sampling.ts';

export class RolloutStore {
  private made: { readonly key: string; readonly groups: Promise<readonly Group[]> } | null = null;

  /** `given` came from outside and stands in the place of what a run would make. */
  constructor(private readonly given: readonly Group[] | null = null) {}

  /** The groups; `make` is asked for them once, and again where `key`, all that they depend on, is another or making them failed. */
  async groups(key: string, make: () => Promise<readonly Group[]>): Promise<readonly Group[]> {
    if (this.given) return this.given;
    if (this.made?.key !== key) this.made = { key, groups: make() };
    try {
      return await this.made.groups;
    } catch (error) {
      this.made = null;
      throw error;
    }
  }
}
