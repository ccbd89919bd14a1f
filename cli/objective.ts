/**
 * @file `npm run objective`: loss, gradient and metrics of any objective on plain arrays, through its compiled graph.
 */
import { createNodeRuntime } from '../src/engine/runtime/node.ts';
import type { Algorithm } from '../src/rl/objectives/algorithm.ts';
import type { Setting } from '../src/rl/words/setting.ts';
import { evaluateObjective, type ObjectiveResult } from '../src/rl/oneBatch/evaluateObjective.ts';
import { FormulaError, inWords } from '../src/rl/formula/problem.ts';
import type { ObjectiveInput } from '../src/rl/oneBatch/objectiveInput.ts';
import { arrayFields, distributionFields } from '../src/rl/oneBatch/objectiveInput.ts';
import { evaluationSettings, optionalParts, words } from '../src/rl/oneBatch/objectiveSettings.ts';
import { algorithms } from '../src/rl/papers/index.ts';
import { UsageError } from '../src/lib/assert.ts';
import { runCommand } from './command.ts';
import { readInput } from './environment.ts';
import { choice, type FlagValues, optionalText, toggle } from './flags.ts';
import { writeWhole } from './output.ts';

const flags = {
  name: optionalText('Objective; --list names them.', 'NAME', 'needed without --list; with --text grpo'),
  text: optionalText(
    'Objective written as text, instead of the loss of --name; advantages and weights stay those of --name.',
    'FILE',
    'the loss of --name',
  ),
  input: optionalText(
    `JSON with [B][T] arrays (${arrayFields.join(', ')}), [B][T][V] distributions (${distributionFields.join(', ')}), groups, greedyRewards, rewardTerms, memory, and settings by name.`,
    'FILE',
    'needed without --list',
  ),
  json: optionalText(
    'Writes {loss, grad, metrics, masks}, grad being dloss/dlogp and each mask 1 where a token counts, as [B][T], and gradDistribution where the loss reads a distribution; - is stdout.',
    'OUT',
    'stdout',
  ),
  precision: choice('Numbers that the graph computes with.', ['float64', 'float32'], 'float64'),
  list: toggle('Lists the objectives with their settings, defaults, formulas and citations; with --json as JSON.'),
};

/** Python writes NaN and Infinity unquoted; JSON allows them only as strings. */
const quoteNonFinite = (text: string): string => text.replaceAll(/(?<=[[,:\s])(-?Infinity|NaN)(?=[\s,\]}])/g, '"$1"');

function readObjectiveInput(path: string): unknown {
  const text = new TextDecoder().decode(readInput('--input', path));
  try {
    return JSON.parse(quoteNonFinite(text));
  } catch (cause) {
    throw new UsageError(`--input: ${path} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/** The result for the file's text; errors in it are reported with line and column. */
async function evaluated(
  name: string,
  given: ObjectiveInput,
  precision: 'float64' | 'float32',
  path: string | undefined,
): Promise<ObjectiveResult> {
  const text = path === undefined ? undefined : new TextDecoder().decode(readInput('--text', path));
  const runtime = await createNodeRuntime();
  try {
    return await evaluateObjective(runtime, name, given, precision, text);
  } catch (cause) {
    if (cause instanceof FormulaError)
      throw new UsageError(cause.problems.map((problem) => `--text: ${path}, ${inWords(problem)}`).join('\n'), {
        cause,
      });
    throw cause;
  } finally {
    await runtime.dispose();
  }
}

function described(algorithm: Algorithm) {
  const { id, title, summary, formula, citation, pairs } = algorithm;
  return {
    name: id,
    title,
    summary,
    formula,
    citation,
    pairs: pairs ?? false,
    settings: evaluationSettings(algorithm),
  };
}

/** The choices and settings of the objectives, as help text. */
function partsText(): string {
  const allowed = Object.entries(words).map(([id, choices]) => `    ${id}: ${choices.join(', ')}`);
  return [
    'Parts chosen by a word in settings:',
    ...allowed,
    '    advantage: the id of an estimator, where only rewards are given',
    '',
    'Numbers in settings that bring a part along:',
    ...lines(optionalParts),
  ].join('\n');
}

const lines = (settings: readonly Setting[]): string[] =>
  settings.map((s) => `    ${s.id} = ${s.default} (${s.min} to ${s.max}): ${s.summary}`);

function listText(): string {
  return algorithms
    .map((algorithm) => {
      const { name, title, summary, formula, citation, pairs, settings } = described(algorithm);
      const rows = pairs
        ? ['    Pairs: even rows are preferred to the odd rows after them, unless chosen and rejected mark them.']
        : [];
      return [
        `${name}: ${title} (arXiv ${citation})`,
        `    ${summary}`,
        `    ${formula}`,
        ...rows,
        ...lines(settings),
      ].join('\n');
    })
    .concat(partsText())
    .join('\n\n');
}

function write(path: string | undefined, text: string): void {
  if (path === undefined || path === '-') process.stdout.write(text);
  else writeWhole('--json', path, new TextEncoder().encode(text));
}

async function objective({
  text,
  name = text === undefined ? undefined : 'grpo',
  input,
  json,
  precision,
  list,
}: FlagValues<typeof flags>): Promise<void> {
  if (list) {
    write(json, json === undefined ? `${listText()}\n` : `${JSON.stringify(algorithms.map(described), null, 2)}\n`);
    return;
  }
  if (name === undefined) throw new UsageError('--name: is needed (or --text, or --list)');
  if (input === undefined) throw new UsageError('--input: is needed (or --list)');
  // `evaluateObjective` validates the contents itself.
  const given = readObjectiveInput(input) as ObjectiveInput;
  write(json, `${JSON.stringify(await evaluated(name, given, precision, text))}\n`);
}

await runCommand(
  { name: 'objective', summary: 'Evaluates an objective on plain arrays through its compiled graph.', flags },
  objective,
);
