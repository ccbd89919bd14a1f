/** @file The commands with their flags as a page, read from the commands themselves. */
import { commandsOf } from '../command.ts';
import { type Command, type FlagTable, nameOf, optionalText, toggle } from '../flags.ts';
import { table } from './blocks.ts';

/** The command that generates the documentation, declared here so that its page can list it. */
export const docsCommand = {
  name: 'docs',
  summary: 'Writes the generated parts of docs/ from the code and from stored results.',
  flags: {
    check: toggle('Writes nothing; names the files that differ from what it would write.'),
    curves: toggle('First trains every algorithm for 40 steps and stores its curve (6 minutes on one core).'),
    algorithm: optionalText('With --curves: trains this algorithm alone.', 'NAME', 'all of them'),
  },
};

/** A command line for each; `adapter` needs a file that the page saved. */
export const examples: Readonly<Record<string, string>> = {
  train: 'npm run train -- --preset countdown --steps 40 --seed 2',
  rollouts: 'npm run rollouts -- --json rollouts.jsonl --set offline_prompts=64',
  pretrain: 'npm run pretrain -- --base default --check',
  evaluate: 'npm run evaluate -- --policy default --task sums --problems 64',
  profile: 'npm run profile -- --task countdown',
  generate: 'npm run generate -- --checkpoint public/policies/default.safetensors --prompt 21+6+8=',
  adapter: 'npm run adapter -- --file rollout-adapter.zip --prompt 21+6+8=',
  bench: 'npm run bench -- --backends node --steps 5',
  'bench:peers': 'npm run bench:peers -- --rounds 8',
  reward: 'npm run reward -- --tokens 5,5,5 --repetition_ngram_size 2',
  record: 'npm run record -- --preset default',
  claims: 'npm run claims -- --list',
  coverage: 'npm run coverage',
  lessons: 'npm run lessons -- --seeds 2',
  objective: 'npm run objective -- --list',
  vectors: 'npm run vectors',
  export: 'npm run export -- --preset default --to trl --out exported',
  docs: 'npm run docs',
};

export async function allCommands(): Promise<readonly Command<FlagTable>[]> {
  const found = await commandsOf(async () => {
    await import('../train.ts');
    await import('../rollouts.ts');
    await import('../pretrain.ts');
    await import('../evaluate.ts');
    await import('../profile.ts');
    await import('../generate.ts');
    await import('../adapter.ts');
    await import('../objective.ts');
    await import('../reward.ts');
    await import('../bench.ts');
    await import('../../bench/run.ts');
    await import('../claims.ts');
    await import('../record.ts');
    await import('../coverage.ts');
    await import('../lessons.ts');
    await import('../vectors.ts');
    await import('../export.ts');
  });
  return [...found, docsCommand];
}

type Entry = readonly [string, Command<FlagTable>['flags'][string]];

const flagRow = (entry: Entry) => {
  const [, { placeholder, summary, required, fallback, fallbackNote }] = entry;
  const standing = required ? 'required' : (fallbackNote ?? fallback ?? (placeholder === null ? 'off' : ''));
  return [`\`--${nameOf(entry)}${placeholder === null ? '' : ` ${placeholder}`}\``, standing, summary];
};

/** One section per command; flags that `train` has with the same text are named without their explanation. */
export function commandsBlock(commands: readonly Command<FlagTable>[]): string {
  const [train] = commands;
  const ofTrain = new Map(Object.entries(train?.flags ?? {}).map((entry) => [nameOf(entry), entry[1].summary]));
  const sections = commands.map(({ name, summary, flags }) => {
    const entries: readonly Entry[] = Object.entries(flags);
    const same = (entry: Entry) => name !== 'train' && ofTrain.get(nameOf(entry)) === entry[1].summary;
    const [known, own] = [entries.filter(same), entries.filter((entry) => !same(entry))];
    const asInTrain = known.map((entry) => `\`--${nameOf(entry)}\``).join(', ');
    return [
      `### npm run ${name}`,
      summary,
      `\`\`\`sh\n${examples[name] ?? `npm run ${name}`}\n\`\`\``,
      ...(own.length > 0 ? [table(['Flag', 'Default', 'Meaning'], own.map(flagRow))] : []),
      ...(known.length > 0 ? [`As in \`train\`: ${asInTrain}.`] : []),
    ].join('\n\n');
  });
  return sections.join('\n\n');
}
