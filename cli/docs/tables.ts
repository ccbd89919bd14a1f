/** @file Tables for docs/, from the code and from stored results. */
import { estimators } from '../../src/rl/advantages/index.ts';
import { choices } from '../../src/rl/config/choices.ts';
import { metrics } from '../../src/rl/metrics/index.ts';
import type { Metrics } from '../../src/rl/metrics/metric.ts';
import { DOUBT, ENDS_BEST } from '../claims/winner.ts';
import { claimsIndex } from '../../scripts/claimsIndex.mjs';
import { table } from './blocks.ts';

export const metricsBlock = (catalogue: Metrics<never> = metrics): string =>
  table(
    ['Metric', 'Shown as', 'Unit', 'Formula', 'Meaning', 'Present'],
    Object.entries(catalogue).map(([name, { label, unit, formula, summary, only }]) => [
      `\`${name}\``,
      label,
      unit,
      formula,
      summary,
      only ?? 'always',
    ]),
  );

const arxiv = (citation: string): string => `[${citation}](https://arxiv.org/abs/${citation})`;

/** Every estimator of advantages. */
export const estimatorsBlock = (): string =>
  table(
    ['`--advantage`', 'Name', 'What it does', 'arXiv', 'Settings'],
    estimators.map(({ id, title, summary, citation, settings = [] }) => [
      `\`${id}\``,
      title,
      summary,
      arxiv(citation),
      settings.map((setting) => `\`${setting.id}\` ${setting.default}`).join(', '),
    ]),
  );

/** The choices of one part of an algorithm. */
export function choiceBlock(name: keyof typeof choices): string {
  const { id, summary, options, default: standing } = choices[name];
  const rows = options.map((option) => [
    `\`${option.id}\`${option.id === standing ? ' (default)' : ''}`,
    option.title,
    option.summary,
  ]);
  return `${summary}\n\n${table([`\`--${id}\``, 'Name', 'What it does'], rows)}`;
}

/** The first sentence of a text; a decimal point ends none. */
const firstSentence = (text: string): string => /^.*?\.(?= |$)/.exec(text)?.[0] ?? text;

/** The stored results in which another arm ends better than the paper's method, beyond the noise. */
export const winnersBlock = (): string =>
  claimsIndex('public/claims')
    .filter(({ finding }) => finding?.includes(ENDS_BEST) && !finding.includes(DOUBT))
    .toSorted((a, b) => a.paper - b.paper)
    .map(({ paper, finding }) => `- Paper ${paper}: ${firstSentence(finding)}`)
    .join('\n');

/** Every stored result with the command that reproduces it. */
export const resultsBlock = (): string =>
  table(
    ['Result', 'Claim', 'Verdict', 'Finding', 'Seeds', 'Date, commit', 'Command'],
    claimsIndex('public/claims').map(({ experiment, claim, verdict, finding, seeds, date, version, command }) => [
      `\`public/claims/${experiment}.json\``,
      claim,
      verdict,
      finding ?? '',
      seeds.length,
      `${date}, ${version}`,
      `\`${command}\``,
    ]),
  );
