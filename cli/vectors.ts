/** @file `npm run vectors`: published numbers beside ours from the compiled graphs. */
import { createNodeRuntime } from '../src/engine/runtime/node.ts';
import { Refuted, runCommand } from './command.ts';
import { type FlagValues, optionalText } from './flags.ts';
import { writeWhole } from './output.ts';
import { edgeVectors, handVectors, klComparisons, klVectors, numberComparisons } from './vectors/published.ts';
import { trinityVectors } from './vectors/trinity.ts';
import { type Comparison, compareVectors, errorOf, TOLERANCE } from './vectors/vector.ts';

const flags = {
  json: optionalText('Writes [{name, source, theirs, ours}]; - is stdout.', 'FILE', 'a table on stdout'),
};

function table(comparisons: readonly Comparison[]): string {
  const width = Math.max(...comparisons.map(({ name }) => name.length));
  const line = (c: Comparison) =>
    `${c.name.padEnd(width)}  ${c.theirs.toFixed(9).padStart(13)}  ${c.ours.toFixed(9).padStart(13)}  ${errorOf(c).toExponential(1)}  ${c.source}`;
  return [
    `${'number'.padEnd(width)}  ${'theirs'.padStart(13)}  ${'ours'.padStart(13)}  error    source`,
    ...comparisons.map(line),
  ].join('\n');
}

async function vectors({ json }: FlagValues<typeof flags>): Promise<void> {
  const runtime = await createNodeRuntime();
  try {
    const comparisons = [
      ...(await compareVectors(runtime, [...trinityVectors(), ...klVectors(), ...handVectors(), ...edgeVectors()])),
      ...(await klComparisons(runtime)),
      ...numberComparisons(),
    ];
    const text = `${JSON.stringify(comparisons, null, 2)}\n`;
    if (json !== undefined && json !== '-') writeWhole('--json', json, new TextEncoder().encode(text));
    process.stdout.write(json === '-' ? text : `${table(comparisons)}\n`);
    const off = comparisons.filter((c) => errorOf(c) > TOLERANCE);
    if (off.length > 0)
      throw new Refuted(
        `${off.length} of ${comparisons.length} are off by more than ${TOLERANCE}: ${off.map(({ name }) => name).join('; ')}`,
      );
  } finally {
    await runtime.dispose();
  }
}

await runCommand(
  { name: 'vectors', summary: 'Compares the objectives with numbers that others computed.', flags },
  vectors,
);
