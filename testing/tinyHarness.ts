/**
 * @file A harness in a process for tests to kill: three runs of two steps, cached in the folder of its first argument;
 * prints the result.
 */
import { everyRun, type Experiment } from '../cli/claims/experiment.ts';
import { runExperiment } from '../cli/claims/harness.ts';

const least = [
  '--steps',
  '2',
  '--prompts_per_step',
  '2',
  '--num_generations',
  '2',
  '--lora_rank',
  '2',
  '--eval_problems',
  '8',
  '--eval_samples',
  '1',
];

const experiment: Experiment = {
  id: 'tiny',
  claim: 'It ends.',
  method: 'Two steps.',
  preset: 'exact-seq',
  policies: ['exact-seq'],
  arms: ['0', '0.08', '0.5'].map((beta) => ({ id: beta, title: `beta ${beta}`, flags: [...least, '--beta', beta] })),
  metrics: [{ id: 'kl', title: 'KL', unit: 'nats', digits: 6, of: ({ finalExact }) => finalExact?.kl ?? null }],
  comparisons: [{ of: '0', against: '0.5', metric: 'kl' }],
  rules: [everyRun('0', 'two steps', ({ steps }) => steps === 2)],
};

const result = await runExperiment(experiment, {
  seeds: [1],
  parallel: 1,
  command: 'test',
  cache: process.argv[2] ?? '',
  onRun: () => {},
});
process.stdout.write(JSON.stringify(result));
