/** @file The pages of docs/ with generated parts, and the sources of those parts. */
import { existsSync, readFileSync } from 'node:fs';
import { families } from '../../src/rl/papers/index.ts';
import type { Command, FlagTable } from '../flags.ts';
import { algorithmIndex, familyBlock, familyDrawing, pageName, readSuites } from './algorithms.ts';
import { emptyPage, filled } from './blocks.ts';
import { commandsBlock } from './commands.ts';
import { readCurves } from './curves.ts';
import { performanceBlock } from './performance.ts';
import { choiceBlock, estimatorsBlock, metricsBlock, resultsBlock, winnersBlock } from './tables.ts';

/** The expected content of a file of docs/. */
export interface MadeFile {
  readonly path: string;
  readonly text: string;
}

function page(path: string, title: string, blocks: Readonly<Record<string, string>>): MadeFile {
  const written = existsSync(path) ? readFileSync(path, 'utf8') : emptyPage(title, Object.keys(blocks));
  try {
    return { path, text: filled(written, blocks) };
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The files that are missing or have another text. */
export const staleFiles = (files: readonly MadeFile[]): readonly MadeFile[] =>
  files.filter(({ path, text }) => !existsSync(path) || readFileSync(path, 'utf8') !== text);

/** All files with generated parts; the handwritten text around them is kept. */
export function madeFiles(commands: readonly Command<FlagTable>[]): readonly MadeFile[] {
  const [suites, curves] = [readSuites(), readCurves()];
  const folder = 'docs/algorithms';
  return [
    page('docs/commands.md', 'Commands', { commands: commandsBlock(commands) }),
    page('docs/metrics.md', 'Metrics', { metrics: metricsBlock() }),
    page('docs/performance.md', 'Performance', { peers: performanceBlock() }),
    page('docs/results.md', 'Results', { results: resultsBlock() }),
    page('README.md', 'Rollout', { winners: winnersBlock() }),
    page(`${folder}/README.md`, 'Algorithms', { algorithms: algorithmIndex(families) }),
    page(`${folder}/advantages.md`, 'Advantages', {
      estimators: estimatorsBlock(),
      aggregation: choiceBlock('aggregation'),
    }),
    page(`${folder}/regularisation.md`, 'Regularisation', {
      divergence: choiceBlock('klEstimator'),
      placement: choiceBlock('klPlacement'),
      control: choiceBlock('klControl'),
    }),
    ...families.flatMap((family) => [
      page(`${folder}/${pageName(family)}.md`, family.title, { algorithms: familyBlock(family, suites, curves) }),
      { path: `${folder}/${pageName(family)}.svg`, text: familyDrawing(family, curves) },
    ]),
  ];
}
