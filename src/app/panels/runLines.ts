/** @file The kept runs as lines of the table, and the settings that it can be grouped by. */
import { algorithmById } from '../../rl/papers/index.ts';
import type { Task } from '../../tasks/task.ts';
import type { GroupChoice } from '../../ui/runs/RunTools.tsx';
import type { RunLine } from '../../ui/runs/types.ts';
import { text } from '../../ui/text.ts';
import { runColor } from '../chartSpecs.ts';
import type { KeptRun } from '../storage/schema.ts';
import { armOf, type Plan } from '../stores/comparisonPlan.ts';
import { differences, type Variation, variations } from '../stores/differences.ts';
import type { LibraryState } from '../stores/library.ts';

const words = text.runs.table;
const dates = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

/** The arms of kept comparisons in which these runs were trained, in words. */
function armsOf(runs: readonly KeptRun[], kept: readonly Plan[]): Variation {
  const titles = new Map(
    kept.toReversed().flatMap((plan) => plan.runs.map(({ id, arm }) => [id, armOf(plan, arm)?.title] as const)),
  );
  return { id: 'arm', label: words.arm, values: runs.map(({ id }) => titles.get(id) ?? words.noArm) };
}

/** The groupings of these runs: arms of kept comparisons, and the settings in which they differ. */
function groupings(runs: readonly KeptRun[], kept: readonly Plan[], tasks: readonly Task[]): readonly Variation[] {
  const arms = armsOf(runs, kept);
  const settings = variations(
    runs.map(({ initial }) => initial),
    tasks,
  );
  return [...(arms.values.some((value) => value !== words.noArm) ? [arms] : []), ...settings];
}

/** Lines and groupings, newest first; each run is compared with its parent, else with the run begun before it. */
export function tableLines(
  { runs, shown }: Pick<LibraryState, 'runs' | 'shown'>,
  key: string,
  tasks: readonly Task[],
  kept: readonly Plan[],
  group: string,
): { readonly lines: readonly RunLine[]; readonly groups: readonly GroupChoice[] } {
  const groups = groupings(runs, kept, tasks);
  const chosen = groups.find(({ id }) => id === group);
  const lines = runs.map((run, index): RunLine => {
    const before: KeptRun | undefined = run.parent ? runs.find(({ id }) => id === run.parent?.id) : runs[index + 1];
    return {
      id: run.id,
      name: run.name,
      color: runColor(run.color),
      pinned: run.pinned,
      inHand: run.id === key,
      shown: shown.includes(run.id),
      differs: before
        ? differences(before.config, run.config, tasks).map(
            ({ label, before: from, after }) => `${label} ${from} → ${after}`,
          )
        : null,
      origin: run.parent ? words.forkOf(run.parent.name, run.parent.step) : null,
      baseAccuracy: run.baseAccuracy,
      finalAccuracy: run.finalAccuracy,
      reward: run.last?.reward ?? null,
      kl: run.last?.kl ?? null,
      task: tasks.find(({ id }) => id === run.initial.task)?.title ?? run.initial.task,
      algorithm: run.initial.objectiveText === '' ? algorithmById(run.initial.algorithm).title : text.objective.yours,
      seed: run.initial.seed,
      steps: run.steps,
      created: run.created,
      group: chosen ? `${chosen.label}: ${chosen.values[index] ?? ''}` : null,
      date: dates.format(run.created),
      backend: text.backend.label[run.backend] ?? run.backend,
    };
  });
  return { lines, groups };
}
