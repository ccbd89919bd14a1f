/**
 * @file `npm run house`: figures of the code of this checkout, or of the one that `--root DIR` names; `--json` prints
 * the names behind each count. `--additions` instead plants one more task, objective, metric, term and operator.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { additions } from './house/additions.mjs';
import { formattedLines } from './house/formatted.mjs';
import { productSources, sizes, structure } from './house/measures.mjs';
import { costOf } from './house/plant.mjs';
import { projectRoot } from './install.mjs';

const { values } = parseArgs({
  options: {
    root: { type: 'string', default: projectRoot },
    json: { type: 'boolean', default: false },
    additions: { type: 'boolean', default: false },
  },
});
const root = resolve(values.root);
const sources = productSources(root);
if (sources.length === 0) throw new Error(`--root: ${root} holds no source files`);

function printFigures() {
  const found = { root, ...structure(sources), ...sizes(sources, root), formattedLines: formattedLines(sources) };

  /** @type {readonly (readonly [figure: string, value: string | number])[]} */
  const rows = [
    ['circles of imports, types included (files each)', found.circles.map((c) => c.length).join(', ') || 'none'],
    ['rooms of src/rl (folders, and loose files)', found.rooms.length],
    ['arrows between them', found.arrows],
    ['arrows that go up', found.upward.length],
    ['loose product files in src/rl', found.loose.length],
    ['files that name groupSize or numGenerations', found.groupNames.length],
    ['files that name completionSpan', found.spanNames.length],
    ['shapes that one completion wears', `${found.shapes.length} (${found.shapes.join(', ')})`],
    ['files from a knob to AdamW and back to the chart', found.walk.files.length],
    ['product files', found.productFiles],
    ['product lines', found.productLines],
    ['product lines, broken at 100 columns', found.wrappedLines],
    ['product lines, formatted at 100 columns', found.formattedLines],
    ['lines over 120 columns', found.longLines],
    ['files over 200 lines', found.longFiles.length],
    ['bytes of README.md', found.readmeBytes],
  ];
  if (values.json) console.log(JSON.stringify(found, null, 2));
  else for (const [figure, value] of rows) console.log(`${figure.padEnd(52)} ${value}`);
  for (const fault of found.walk.faults) console.error(`The list of scripts/house/walk.mjs is stale: ${fault}`);
}

function printAdditions() {
  for (const addition of additions) {
    const { name, newFiles, touched, typed, shown, tests } = costOf(root, addition);
    const checks = [`types ${typed ? 'pass' : 'FAIL'}`, `shown in docs ${shown ? 'yes' : 'NO'}`];
    console.log(`${name}: ${newFiles} new, ${touched.length} existing (${touched.join(', ')})`);
    console.log(`  ${checks.join(', ')}, tests ${tests.passed} passed, ${tests.failed} failed`);
    for (const failure of tests.failures) console.log(`    failed: ${failure}`);
  }
}

if (values.additions) printAdditions();
else printFigures();
