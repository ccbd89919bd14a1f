/**
 * @file Names and colours for the runs of a comparison, set once the list has them, which is after their first step.
 */
import { armOf, type Plan, type PlannedRun } from './comparisonPlan.ts';
import { NAME } from './guidedRuns.ts';
import type { Library } from './library.ts';

interface Look {
  readonly name: string;
  readonly color: number;
}

export class RunLooks {
  private readonly waiting = new Map<string, Look>();

  constructor(private readonly library: Library) {
    library.subscribe(() => this.dress());
  }

  /** Gives the run the colour of its arm and the title of the arm, with the seed if there are several. */
  want(run: PlannedRun, { arms, seeds }: Plan): void {
    const title = armOf({ arms }, run.arm)?.title ?? run.arm;
    const seed = seeds.length > 1 ? `, seed ${run.seed}` : '';
    this.waiting.set(run.id, {
      name: `${title.slice(0, NAME - seed.length)}${seed}`,
      color: Math.max(
        0,
        arms.findIndex(({ id }) => id === run.arm),
      ),
    });
  }

  private dress(): void {
    if (this.waiting.size === 0) return;
    for (const { id } of this.library.getState().runs) {
      const look = this.waiting.get(id);
      if (!look) continue;
      // Both changes notify this listener again, so the entry is removed first.
      this.waiting.delete(id);
      this.library.rename(id, look.name);
      this.library.setColor(id, look.color);
    }
  }
}
