/** @file `npm run evaluate`: the accuracy of a policy, tuned or not, on problems outside training. */
import { assert } from '../src/lib/assert.ts';
import { weightsHash } from '../src/policy/checkpoint.ts';
import { taskById, tasks } from '../src/tasks/index.ts';
import { adapterAt } from './adapterPath.ts';
import { runCommand } from './command.ts';
import { dataFlags, withData } from './dataFile.ts';
import { backends } from './environment.ts';
import { choice, type FlagValues, numeric, optionalNumber, optionalText } from './flags.ts';
import { type Measurement, measure } from './measure.ts';
import { openJsonLines } from './output.ts';
import { loadOrigin, originFlags } from './policyOrigin.ts';
import { methodsText, percent, percentIn } from './trainTable.ts';

const flags = {
  ...originFlags('default'),
  task: optionalText(`One of ${tasks.map(({ id }) => id).join(', ')}.`, 'NAME', 'sums'),
  ...dataFlags,
  difficulty: optionalNumber('Size of the problems.', 'the task’s usual', { min: 1, integer: true }),
  split: choice('Which side of the division of problems.', ['heldout', 'validation'], 'heldout'),
  problems: numeric('Distinct problems, the same for every policy and seed.', 256, {
    min: 1,
    max: 4096,
    integer: true,
  }),
  samples: numeric('Completions sampled for each at temperature 1.', 8, { min: 1, max: 64, integer: true }),
  adapter: optionalText('Tuned adapter for this policy, of npm run train -- --save or in PEFT’s form.', 'PATH'),
  seed: numeric('Of the sampling.', 1, { min: 0, max: 2 ** 31 - 1, integer: true }),
  backend: choice('Where the graphs run.', backends, 'node'),
  workers: numeric('Lanes that share the work.', 1, { min: 1, max: 16, integer: true }),
  json: optionalText('Writes the measurement as one line of JSON; - is stdout.', 'FILE', 'a table on stdout'),
};

function table({
  problems,
  samplesPerProblem,
  sampled,
  interval,
  greedy,
  passAtK,
  methods,
  meanLength,
  exact,
}: Measurement): string {
  return [
    `${problems} problems, ${samplesPerProblem} completions each, mean length ${meanLength.toFixed(1)} tokens`,
    `sampled   ${percentIn(sampled, interval)} ${exact ? `(computed over all ${exact.outcomes} outcomes)` : '(95 % interval for problems like these)'}`,
    `greedy    ${percent(greedy)}`,
    ...Object.entries(passAtK).map(([k, value]) => `pass@${k.padEnd(4)} ${percent(value)}`),
    ...(Object.keys(methods).length > 0 ? [`methods   ${methodsText(methods)}`] : []),
  ].join('\n');
}

async function evaluatePolicy(values: FlagValues<typeof flags>): Promise<void> {
  const { split, problems, samples, seed, backend, workers } = values;
  const policy = await loadOrigin(values, () => 'default');
  const { task = 'sums' } = await withData(values, policy);
  const { difficulty: dial } = taskById(task);
  const difficulty = values.difficulty ?? dial.default;
  assert(
    difficulty >= dial.min && difficulty <= dial.max,
    `--difficulty: ${task} takes ${dial.min} to ${dial.max}, not ${difficulty}`,
  );
  const { manifest } = policy.checkpoint;
  const path = values.adapter;
  const adapter = path === undefined ? undefined : adapterAt('--adapter', path, policy.checkpoint);
  const json = values.json === undefined ? null : openJsonLines(values.json);
  const measured = await measure({
    policy,
    task,
    difficulty,
    split,
    problems,
    samples,
    seed,
    backend,
    workers,
    ...(adapter ? { adapter } : {}),
  });
  const { step: _, ...measurement } = measured;
  json?.write({
    policy: manifest.id,
    policyHash: manifest.sha256,
    weightsHash: weightsHash(policy.checkpoint),
    adapter: path ?? null,
    task,
    difficulty,
    split,
    seed,
    backend,
    ...measurement,
  });
  json?.close();
  if (!json)
    process.stdout.write(
      `${manifest.id}${path === undefined ? '' : ' with adapter'}: ${task} at difficulty ${difficulty}, ${split}\n${table(measured)}\n`,
    );
}

await runCommand(
  { name: 'evaluate', summary: 'Measures a policy on problems that training never sees.', flags },
  evaluatePolicy,
);
