/**
 * @file Exports of a data file: Python runs `train.py` as a whole with stand-ins for its libraries, and `reward.py` on
 * the rows of the Parquet file; both see the file’s training problems and reward as the run does.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, describe, expect, it } from 'vitest';
import { present } from '../lib/assert.ts';
import { defaultConfig } from '../rl/config/config.ts';
import { checkerOf } from '../tasks/checkers.ts';
import { fileTask } from '../tasks/file.ts';
import type { OwnTask } from '../tasks/own/ownTask.ts';
import { openTask } from '../tasks/index.ts';
import { scriptChecker } from '../rl/sandbox/script.ts';
import { type TrainerLibrary, trainers } from './index.ts';
import type { ExportFile } from './python.ts';

const folder = mkdtempSync(join(tmpdir(), 'rollout-own-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Problems with everything that text may hold; every third for the test, the last of another difficulty. */
const rows = Array.from({ length: 30 }, (_, i) => ({
  prompt:
    i % 2 === 0
      ? `What is ${i} + "2"?\n\\ é 😀 \u2028`
      : [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: `${i}+2` },
        ],
  answer: String(i + 2),
  numbers: [i, 2],
  split: i % 3 === 0 ? 'test' : 'train',
  difficulty: i < 20 ? 2 : 1,
}));
const bytes = new TextEncoder().encode(rows.map((row) => JSON.stringify(row)).join('\n'));

async function taskOf(words: string | null): Promise<OwnTask> {
  const checker = words === null ? scriptChecker('(completion, row) => 0.5') : checkerOf(words);
  const task = await fileTask(bytes, checker);
  openTask(task);
  return task;
}

const filesOf = (library: TrainerLibrary, task: OwnTask): readonly ExportFile[] =>
  trainers[library]('calm-otter', { ...defaultConfig, task: task.id, difficulty: 2 }, task);
const fileOf = (files: readonly ExportFile[], name: string): string | Uint8Array<ArrayBuffer> =>
  present(
    files.find((file) => file.name === name),
    name,
  ).content;

const trained = rows.filter(({ split, difficulty }) => split === 'train' && difficulty === 2);
const promptOf = ({ prompt }: (typeof rows)[number]) =>
  typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : prompt;

const python = ((): boolean => {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** Stand-ins that keep the values that the script passes; `train` scores the completions of the environment. */
const libraries = {
  datasets: `class Dataset(list):
    @staticmethod
    def from_list(rows):
        keys = list(rows[0])
        return [{key: row.get(key) for key in keys} for row in rows]
`,
  peft: `def LoraConfig(**settings):
    return settings
`,
  trl: `import json, os

def GRPOConfig(**settings):
    return settings

class GRPOTrainer:
    def __init__(self, model, args, train_dataset, reward_funcs, peft_config):
        self.rows, self.reward_funcs, self.weights = train_dataset, reward_funcs, args["reward_weights"]

    def train(self):
        texts = json.loads(os.environ["COMPLETIONS"])
        rows = [row for row in self.rows for _ in texts]
        columns = {key: [row[key] for row in rows] for key in rows[0] if key != "prompt"}
        completions = [[{"role": "assistant", "content": text}] for _ in self.rows for text in texts]
        prompts = [row["prompt"] for row in rows]
        scores = [f(prompts=prompts, completions=completions, **columns) for f in self.reward_funcs]
        totals = [sum(w * s for w, s in zip(self.weights, each)) for each in zip(*scores)]
        print(json.dumps({"prompts": [row["prompt"] for row in self.rows], "rewards": totals}))
`,
};

const completions = ['4', 'it is 4', '2+2', '3 2', 'no'];
const rewardsOf = (task: OwnTask): number[] =>
  trained.flatMap(({ prompt }) => {
    const text = typeof prompt === 'string' ? prompt : prompt.map(({ content }) => content).join('\n');
    const example = present(task.read?.(text), text);
    return completions.map((completion) => Number(task.verify(example, completion).correct));
  });

describe.runIf(python).each(['number', 'exact', 'tagged', 'expression', 'contains', 'regex:(\\d+)$'])(
  'a file with the checker %s (needs python3)',
  (words) => {
    it('train.py trains on its training problems with the reward of the run', async () => {
      const task = await taskOf(words);
      for (const { name, content } of filesOf('trl', task)) writeFileSync(join(folder, name), content);
      for (const [name, code] of Object.entries(libraries)) writeFileSync(join(folder, `${name}.py`), code);
      const printed = execFileSync('python3', [join(folder, 'train.py')], {
        env: { ...process.env, COMPLETIONS: JSON.stringify(completions), PYTHONDONTWRITEBYTECODE: '1' },
        cwd: tmpdir(),
      });
      const { prompts, rewards } = JSON.parse(printed.toString());
      expect(prompts).toEqual(trained.map(promptOf));
      expect(rewards).toEqual(rewardsOf(task));
      expect(new Set(rewards)).toEqual(new Set([0, 1]));
    });

    it('reward.py rewards the rows of the Parquet file as the run does', async () => {
      const task = await taskOf(words);
      const files = filesOf('verl', task);
      const { buffer } = fileOf(files, 'problems.parquet') as Uint8Array<ArrayBuffer>;
      const read = await parquetReadObjects({ file: buffer });
      expect(read.map(({ prompt }) => prompt)).toEqual(trained.map(promptOf));
      expect(read.every(({ data_source: source, ability }) => source === task.id && ability === 'rollout')).toBe(true);
      const calls = read.flatMap(({ data_source, reward_model, extra_info }) =>
        completions.map((text) => [data_source, text, reward_model.ground_truth, extra_info]),
      );
      const plain = (_: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value);
      const printed = execFileSync(
        'python3',
        [
          '-c',
          `${String(fileOf(files, 'reward.py'))}\nimport json, sys\nprint([compute_score(*call) for call in json.load(sys.stdin)])`,
        ],
        { input: JSON.stringify(calls, plain) },
      );
      expect(JSON.parse(printed.toString())).toEqual(rewardsOf(task));
    });
  },
);

describe.each(['trl', 'verl'] as const)('the export to %s', (library) => {
  const textOf = (task: OwnTask): string =>
    filesOf(library, task)
      .map(({ content }) => String(content))
      .join('\n');

  it('leaves a checker in JavaScript out, in words and with its code', async () => {
    const text = textOf(await taskOf(null));
    expect(text).toMatch(/# - the checker in JavaScript: it is not translated, and completions are compared with/);
    expect(text).toContain('# (completion, row) => 0.5');
  });

  it('says where Python has no such pattern', async () => {
    expect(textOf(await taskOf('regex:\\p{Nd}+'))).toContain(
      '# - the checker regex:\\p{Nd}+: Python has no such pattern',
    );
    expect(textOf(await taskOf('regex:[0-9]+'))).not.toContain('# - the checker');
  });
});
