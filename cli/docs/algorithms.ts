/** @file A family of algorithms as a page: formula, numbers, metrics, command, stored result and curve of each. */
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Algorithm } from '../../src/rl/objectives/algorithm.ts';
import type { Setting } from '../../src/rl/words/setting.ts';
import type { MetricName } from '../../src/rl/metrics/index.ts';
import { algorithms, type Family } from '../../src/rl/papers/index.ts';
import { elsewhere } from '../../src/lessons/atlasSources.ts';
import { suites } from '../claims/objectives.ts';
import { resultPath } from '../claims/stored.ts';
import { table } from './blocks.ts';
import type { CurveRecord } from './curves.ts';
import { smallMultiples, sparkline } from './drawing.ts';

const effectSchema = z.object({ mean: z.number(), interval: z.tuple([z.number(), z.number()]).optional() });
const suiteSchema = z.object({
  arms: z.array(z.object({ arm: z.string(), metrics: z.record(z.string(), effectSchema) })),
});
type Suite = z.infer<typeof suiteSchema>;

/** The stored comparisons of algorithms on the default task. */
export const readSuites = (): Suite[] =>
  suites
    .map(({ id }) => resultPath(id))
    .filter((path) => existsSync(path))
    .map((path) => suiteSchema.parse(JSON.parse(readFileSync(path, 'utf8'))));

/** File name of a family's page, without extension. */
export const pageName = ({ title }: Family): string => title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

/** The algorithm drawn as the baseline of the others. */
const BASELINE = 'grpo';

const settingRow = ({ id, default: value, min, max, summary }: Setting) => [
  `\`${id}\``,
  value,
  `${min} to ${max}`,
  summary,
];

function settingsTable({ settings, stepSettings = [], advantage }: Algorithm): string {
  const own = [...settings, ...stepSettings];
  const brought = (advantage.settings ?? []).filter(({ id }) => !own.some((setting) => setting.id === id));
  const rows = [...own, ...brought].map(settingRow);
  return rows.length === 0 ? 'It has no numbers of its own.' : table(['Setting', 'Default', 'Range', 'Meaning'], rows);
}

/** Metrics of an algorithm's own parts, beside those of every step. */
function ownMetrics(algorithm: Algorithm): readonly MetricName[] {
  const { pairs, clips, settings, advantage, selection, chosenOnly, regulariser } = algorithm;
  const has = (id: string) => settings.some((setting) => setting.id === id);
  const byPart: readonly (readonly [applies: boolean, names: readonly MetricName[]])[] = [
    [pairs === true, ['pairs/count', 'frac_completions_unused']],
    [clips !== undefined && has('epsilon'), ['clip_ratio/low_mean', 'clip_ratio/high_mean']],
    [has('clip_ratio_c'), ['clip_ratio/dual_mean']],
    [has('mu'), ['mu']],
    [advantage.needs === 'critic', ['value_loss', 'critic/explained_variance']],
    [selection !== undefined, ['frac_tokens_selected']],
    [chosenOnly === true, ['frac_completions_unused']],
    [regulariser?.placement === 'reward', ['rewards/kl_penalty']],
    [true, ['approx_kl', 'policy_ratio/max']],
  ];
  return byPart.flatMap(([applies, names]) => (applies ? names : []));
}

function resultLine(id: string, results: readonly Suite[]): string {
  const metrics = results.flatMap(({ arms }) => arms).find(({ arm }) => arm === id)?.metrics;
  const [before, after, change] = [metrics?.before, metrics?.after, metrics?.change];
  const suite = suites.find(({ arms }) => arms.some((arm) => arm.id === id));
  if (!suite) return 'Not compared on the default task, which it cannot learn.';
  if (!before || !after || !change)
    return `No result is stored: \`npm run claims -- --suite ${suite.id}\` trains it with others.`;
  const span = change.interval ? ` (${change.interval.map((bound) => bound.toFixed(1)).join(' to ')})` : '';
  const [kl, entropy] = [metrics?.kl, metrics?.entropy];
  const rest =
    kl && entropy ? `; at the end KL ${kl.mean.toFixed(2)}, entropy ${entropy.mean.toFixed(2)} nats/token` : '';
  return `Held-out accuracy after 40 steps: ${before.mean.toFixed(1)} → ${after.mean.toFixed(1)} %, ${change.mean.toFixed(1)} points${span}${rest}.`;
}

function curveLine(id: string, { curves, command, steps, seed }: CurveRecord): string {
  const curve = curves[id];
  if (elsewhere.includes(id)) return 'No curve: those here are of the default task.';
  if (!curve) return `No curve is recorded: \`${command} --algorithm ${id}\`.`;
  const [first, last] = [curve.accuracy[0] ?? 0, curve.accuracy.at(-1) ?? 0];
  return `Accuracy of each step's completions, ${steps} steps, seed ${seed}: \`${sparkline(curve.accuracy)}\` (${Math.round(100 * first)} → ${Math.round(100 * last)} %).`;
}

function penaltyWords({ regulariser }: Algorithm): string {
  if (!regulariser) return 'none beside its loss';
  return `${regulariser.kl}, ${regulariser.placement === 'loss' ? 'in the loss' : 'taken off the reward'}, times \`beta\``;
}

function section(algorithm: Algorithm, results: readonly Suite[], record: CurveRecord): string {
  const { id, title, summary, formula, citation, advantage, pairs } = algorithm;
  return [
    `## ${title}`,
    `\`${id}\`, [arXiv ${citation}](https://arxiv.org/abs/${citation}). ${summary}`,
    `\`\`\`text\n${formula}\n\`\`\``,
    [
      `- Advantage: ${pairs ? 'none; the better completion of each pair is preferred.' : `\`${advantage.id}\`. ${advantage.summary}`}`,
      `- KL penalty: ${penaltyWords(algorithm)}.`,
      `- Metrics to look at: ${ownMetrics(algorithm)
        .map((name) => `\`${name}\``)
        .join(', ')}.`,
      `- Run it: \`npm run train -- --algorithm ${id}\`. Evaluate its loss on arrays: \`npm run objective -- --name ${id} --input batch.json\`.`,
      `- ${resultLine(id, results)}`,
      `- ${curveLine(id, record)}`,
    ].join('\n'),
    settingsTable(algorithm),
  ].join('\n\n');
}

/** The sections of a family's page, in the order of the list. */
export const familyBlock = ({ algorithms: own }: Family, results: readonly Suite[], record: CurveRecord): string =>
  own.map((algorithm) => section(algorithm, results, record)).join('\n\n');

/** The curves of a family in one drawing, with GRPO as a thin line behind each. */
export function familyDrawing({ title, algorithms: own }: Family, { curves, steps, seed }: CurveRecord): string {
  const baseline = curves[BASELINE]?.accuracy ?? [];
  const panels = own.flatMap(({ id }) => {
    const shares = curves[id]?.accuracy;
    return shares ? [{ title: id, shares, baseline }] : [];
  });
  return smallMultiples(panels, `${title}: accuracy of each step's completions, ${steps} steps, seed ${seed}`);
}

export const algorithmIndex = (families: readonly Family[]): string =>
  table(
    ['Algorithm', 'Id', 'arXiv', 'Page'],
    algorithms.map(({ id, title, citation }) => {
      const family = families.find(({ algorithms: own }) => own.some((other) => other.id === id));
      return [title, `\`${id}\``, citation, family ? `[${family.title}](${pageName(family)}.md)` : ''];
    }),
  );
