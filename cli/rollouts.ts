/**
 * @file `npm run rollouts`: writes the store of rollouts from which an offline run with the same flags learns, for
 * `train --offline`.
 */
import { mean } from '../src/lib/statistics.ts';
import { encodeStore } from '../src/rl/store/storeFile.ts';
import { storeMaking } from '../src/rl/step/samplingTools.ts';
import { baseStore } from './baseStore.ts';
import { runCommand } from './command.ts';
import { withData } from './dataFile.ts';
import { backends } from './environment.ts';
import { choice, type FlagValues, numeric, requiredText } from './flags.ts';
import { checkWritable, writeWhole } from './output.ts';
import { loadRunOrigin, runConfig, runFlags } from './runFlags.ts';
import { percent } from './trainTable.ts';

const flags = {
  json: requiredText('Where the store goes: a line that describes it, then a line a rollout.', 'FILE.jsonl'),
  backend: choice('Where the graphs run.', backends, 'node'),
  workers: numeric('Lanes that share the work.', 1, { min: 1, max: 16, integer: true }),
  ...runFlags,
};

async function rollouts(values: FlagValues<typeof flags>): Promise<void> {
  checkWritable('--json', values.json);
  const policy = await loadRunOrigin(values);
  const config = { ...runConfig(await withData(values, policy), policy.checkpoint.manifest.id), rollouts: 'offline' };
  const groups = await baseStore(config, policy, values.backend, values.workers);
  const { task, difficulty, numGenerations, policy: writer } = config;
  const { temperature } = storeMaking(config.settings);
  writeWhole(
    '--json',
    values.json,
    new TextEncoder().encode(
      encodeStore(groups, { policy: writer, task, difficulty, temperature, num_generations: numGenerations }),
    ),
  );
  const written = groups.flatMap(({ completions }) => completions);
  process.stdout.write(
    `${written.length} rollouts of ${writer}, ${groups.length} prompts of ${task}, ${percent(mean(written.map(({ verdict }) => (verdict.correct ? 1 : 0))))} right, in ${values.json}\n`,
  );
}

await runCommand(
  {
    name: 'rollouts',
    summary:
      'Writes the store of rollouts that an offline run of the same flags learns from; train --offline FILE learns from it.',
    flags,
  },
  rollouts,
);
