/** @file `npm run bench -- --against COMMIT`: this tree and another commit in one run. */
import { checkoutOf, commitOf } from '../../../scripts/checkout.mjs';
import { projectRoot } from '../../../scripts/install.mjs';
import { assert } from '../../../src/lib/assert.ts';
import { random } from '../../../src/lib/random.ts';
import { benchOf } from './benchOf.ts';
import { type ComparedPart, comparedParts, type Round, timesOf } from './verdict.ts';

const ROUNDS = 6;
const STEPS = 5;

export interface Comparison {
  readonly commit: string;
  readonly rounds: readonly Round[];
  readonly parts: readonly ComparedPart[];
}

/** Rounds of both trees in random order. UsageError for an unknown commit; throws the errors of `timesOf`. */
export async function compareWith(commit: string, backends: readonly string[], steps = STEPS): Promise<Comparison> {
  assert(commitOf(commit), `--against: this repository has no commit ${commit}`);
  const other = checkoutOf(commit);
  const folders = { here: projectRoot, there: other.folder };
  const order = random(Date.now(), 'against');
  try {
    const rounds: Round[] = [];
    while (rounds.length < ROUNDS) {
      const times: Partial<Record<keyof Round, Round['here']>> = {};
      for (const side of order.shuffle(['here', 'there'] as const)) {
        process.stderr.write(
          `round ${rounds.length + 1} of ${ROUNDS}: ${side === 'here' ? 'this tree' : other.commit}\n`,
        );
        times[side] = timesOf(await benchOf(folders[side], backends, steps), side === 'here' ? 'this tree' : commit);
      }
      rounds.push(times as Round);
    }
    return { commit: other.commit, rounds, parts: comparedParts(rounds) };
  } finally {
    other.remove();
  }
}
