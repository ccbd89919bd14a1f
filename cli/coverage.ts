/**
 * @file `npm run coverage`: simulated coverage of the 95 % interval of held-out accuracy, beside the bootstrap that it
 * replaced.
 */
import { accuracyInterval } from '../src/lib/intervals.ts';
import { mean } from '../src/lib/statistics.ts';
import { runCommand } from './command.ts';
import { bootstrapInterval } from './coverage/bootstrap.ts';
import { accuracies, type Coverage, coverageOf, designs, type Method, populations } from './coverage/simulation.ts';
import { type FlagValues, numeric } from './flags.ts';

const flags = {
  simulations: numeric('Simulated evaluations for each line.', 1000, { min: 1, max: 1_000_000, integer: true }),
  bootstrap: numeric(
    'Of these, how many the bootstrap is tried on, with as many resamples each; 0 leaves it out.',
    100,
    { min: 0, max: 10_000, integer: true },
  ),
};

const LEAST = 0.93;

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`.padStart(8);

async function coverage({ simulations, bootstrap }: FlagValues<typeof flags>): Promise<void> {
  const before: Method = (right, samples, draw) =>
    bootstrapInterval(
      right.map((count) => count / samples),
      mean,
      draw,
      bootstrap,
    );
  const cells = ({ covered, width }: Coverage) => `${percent(covered)} ${percent(width)}`;
  let least = 1;
  const print = (line: string) => process.stdout.write(`${line}\n`);
  print(
    `Share of ${simulations} simulated evaluations whose 95 % interval holds the accuracy over all problems, and the mean width of the interval.`,
  );
  for (const design of designs) {
    for (const population of Object.keys(populations)) {
      print(
        `\n${design.problems} problems with ${design.samples} completion${design.samples === 1 ? '' : 's'} each, ${population}`,
      );
      print(
        `accuracy  covered    width${bootstrap === 0 ? '' : `   bootstrap, ${bootstrap} simulations: covered, width, without any width`}`,
      );
      for (const accuracy of accuracies) {
        const now = coverageOf(accuracyInterval, design, accuracy, population, simulations);
        least = Math.min(least, now.covered);
        const old = bootstrap === 0 ? null : coverageOf(before, design, accuracy, population, bootstrap);
        print(`    ${accuracy.toFixed(2)} ${cells(now)}${old ? `   ${cells(old)} ${percent(old.empty)}` : ''}`);
      }
    }
  }
  print(`\nleast covered: ${percent(least).trim()}; at least ${100 * LEAST} % is asked for`);
  if (least < LEAST) process.exitCode = 1;
}

await runCommand(
  { name: 'coverage', summary: 'Simulates how often the 95 % interval of held-out accuracy holds the truth.', flags },
  coverage,
);
