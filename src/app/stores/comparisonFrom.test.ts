/** @file A comparison whose runs continue one step of a kept run. */
import { describe, expect, it, vi } from 'vitest';
import { once } from '../../lib/once.ts';
import { storageOf } from '../../../testing/app/memoryStorage.ts';
import { type PageOptions, page, untilDone, untilStatus, untilBegun } from '../../../testing/app/comparisonPage.ts';
import { isSamePlan, linkOf, type Plan, readPlan, readPlanLink } from './comparisonPlan.ts';

vi.mock('react', () => ({}));

describe('a comparison that continues a kept run', () => {
  const words = (beta: number) => `preset=default&beta=${beta}&max_steps=9&eval_every=0`;
  const planFrom = (run: string): Plan => ({
    experiment: null,
    metric: null,
    arms: [
      { id: 'leash', title: 'Leashed', words: words(0.5) },
      { id: 'free', title: 'Free', words: words(0) },
    ],
    seeds: [11, 12],
    steps: null,
    from: { run, step: 7 },
    runs: [],
  });
  const cells = ['0.5 11', '0 11', '0.5 12', '0 12'];

  /** A page with a kept run of eight steps. */
  async function parentOf(options: PageOptions = {}) {
    const open = await page(options);
    await open.session.openWith('default', { ...open.session.settings.getState().config, maxSteps: 8 });
    await open.session.toggle();
    await untilStatus(open, 'finished');
    const { key, rows } = open.run.getState();
    await open.library.read(key);
    return { ...open, key, parentRows: rows, begun: open.begun.splice(0) && open.begun };
  }

  it('begins every run at its step, brought back once, and draws and counts the steps after it', async () => {
    const open = await parentOf();
    const beside = vi.spyOn(open.run, 'beside');
    open.comparison.start(planFrom(open.key));
    await untilDone(open);
    expect(open.begun).toEqual(cells);
    expect(beside).toHaveBeenCalledTimes(1);
    const { drawn } = open.comparison.getState();
    expect(drawn.map(({ runs }) => runs.map((rows) => rows.map(({ step }) => step)))).toEqual([
      [
        [8, 9],
        [8, 9],
      ],
      [
        [8, 9],
        [8, 9],
      ],
    ]);
    const { key, rows, parent } = open.run.getState();
    expect(parent).toMatchObject({ id: open.key, step: 7 });
    expect(rows.filter(({ step }) => step <= 7)).toEqual(open.parentRows.filter(({ step }) => step <= 7));
    const kept = await open.library.read(key);
    expect(kept?.run).toMatchObject({ parent: { id: open.key, step: 7 }, steps: 9, name: 'Free, seed 12' });
    // The run has a snapshot of its own where it began, of its own settings.
    expect(await kept?.database.snapshot(key, 7)).toMatchObject({ step: 7, config: { beta: 0, seed: 12 } });
  });

  it('trains the missing runs from the same step after a reload', async () => {
    const storage = once(storageOf);
    const open = await parentOf({ storage, fake: { stepTime: 15 } });
    open.comparison.start(planFrom(open.key));
    await untilBegun(open, 2);
    await open.library.read(open.run.getState().key);
    open.host.taken.clear();
    const later = await page({ host: open.host, storage });
    await later.comparison.goOn();
    await untilDone(later);
    expect(later.begun).toEqual(cells.slice(1));
    expect(later.comparison.getState().drawn.map(({ runs }) => runs.map((rows) => rows[0]?.step))).toEqual([
      [8, 8],
      [8, 8],
    ]);
  });

  it('waits, and says why, where the run is not kept', async () => {
    const open = await page();
    open.comparison.start(planFrom('0123456789abcdef'));
    await vi.waitFor(() => expect(open.comparison.getState()).toMatchObject({ phase: 'waiting', stop: 'failed' }));
    expect(open.run.getState().error?.message).toContain('step 7');
  });

  it('is another plan than one from step 0, and its link names the run', () => {
    const plan = planFrom('0123456789abcdef');
    const { from: _, ...fresh } = plan;
    expect(isSamePlan(plan, fresh)).toBe(false);
    expect(readPlanLink(linkOf(plan))).toEqual(plan);
    expect(readPlan(JSON.stringify({ ...plan, from: { run: 'no id', step: 0 } }))).toContain('from.run');
  });
});
