/**
 * @file A file of the visitor's own problems: dropped, tried, profiled, trained on, and there again after a reload. Bad
 * rows and checkers that loop end in a sentence.
 */
import { parquetReadObjects } from 'hyparquet';
import { expectNothingSerious } from './axe.ts';
import { savedFiles, textOf } from './download.ts';
import { expect, quick, test } from './story.ts';

const PATIENCE = 240_000;
test.describe.configure({ timeout: 600_000 });

const rows = Array.from({ length: 50 }, (_, i) => ({
  prompt: `${11 + (i % 40)}+${2 + (i % 8)}+${1 + (i % 5)}=`,
  answer: 11 + (i % 40) + 2 + (i % 8) + 1 + (i % 5),
}));
const lines = rows.map((row) => JSON.stringify(row)).join('\n');

test('a stranger drops a file, reads the profile, trains, reloads and goes on', async ({ page, story }) => {
  await story.open(`./?workers=1#${quick}&max_steps=50`, PATIENCE);
  const transfer = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], 'mine.jsonl'));
    return data;
  }, lines);
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  await expect(page.getByTestId('data-tried')).toHaveText(
    /The checker accepts the own answer of each of the \d+ rows that were tried\./,
  );
  // The file was dropped elsewhere on the page; its facts come into view.
  await expect(page.getByTestId('data-tried')).toBeInViewport();
  await expect(page.getByTestId('checker')).toHaveValue('number');
  await expect(page.getByTestId('data-fact').first()).toHaveText('50 rows of JSON lines: prompt and answer.');
  await expect(page).toHaveURL(/task=file-number-[0-9a-f]{64}/);

  await page.getByTestId('profile-start').click();
  await expect(page.getByTestId('profile-stop')).toBeVisible();
  await expect(page.getByTestId('profile-sentence')).toHaveText(/^RL will find something to reinforce here/, {
    timeout: PATIENCE,
  });
  await expect(page.getByTestId('profile-figures').locator('[data-fact="pass@64"]')).toHaveText(/\d+\s%/);
  await expectNothingSerious(page, 'own problems with a profile');

  const rewards = [await story.oneStep(PATIENCE), await story.oneStep(PATIENCE)];
  expect(rewards.every((reward) => Number(reward) >= 0 && Number(reward) <= 1)).toBe(true);
  const prompts = rows.map(({ prompt }) => prompt);
  expect(prompts).toContain((await page.getByTestId('group').locator('dl code').first().innerText()).trim());

  await page.reload();
  await story.expectStatus('paused', PATIENCE);
  await expect(story.stepCount).toHaveAttribute('data-step', '2');
  await expect(page.getByTestId('data-tried')).toBeVisible();
  expect(await story.last('reward')).toBe(rewards[1]);
  await story.oneStep(PATIENCE);
  await expect(story.stepCount).toHaveAttribute('data-step', '3');

  await page.getByTestId('runs').click();
  await page.getByTestId('run-files').click();
  const files = async (kind: string) => savedFiles(page, () => page.getByTestId(`save-${kind}`).click());
  const script = await files('train');
  const problems = textOf(script, 'problems.jsonl')
    .trim()
    .split('\n')
    .map((line): { problem: string } => JSON.parse(line));
  expect(prompts).toEqual(expect.arrayContaining(problems.map(({ problem }) => problem)));
  expect(problems.length).toBeGreaterThan(20);
  expect(textOf(script, 'train.py')).toMatch(/"problems\.jsonl"[\s\S]*def ungrouped[\s\S]*GRPOTrainer\(/);
  const verl = await files('verl');
  expect(Object.keys(verl)).toEqual(['run.sh', 'problems.parquet', 'reward.py']);
  expect(textOf(verl, 'reward.py')).toContain('def ungrouped');
  const read = await parquetReadObjects({ file: verl['problems.parquet']?.buffer as ArrayBuffer });
  expect(read.map(({ extra_info: { problem } }) => problem)).toEqual(problems.map(({ problem }) => problem));
  expect(Object.keys(await files('adapter'))).toEqual(['adapter_config.json', 'adapter_model.safetensors']);
});

test('bad rows and checkers that loop end in a sentence, and the page goes on', async ({ page, story }) => {
  await story.open(`./?workers=1#${quick}`, PATIENCE);
  const choose = (name: string, text: string) =>
    page.getByTestId('data-choose').setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
  const problem = page.getByTestId('data-problem');
  await choose('bad.jsonl', `${lines}\n{"prompt": "1+1=", "answer" 2}`);
  await expect(problem).toHaveText('bad.jsonl cannot be used: line 51, column 29: it is not whole JSON.');
  await choose('greek.jsonl', `${lines}\n{"prompt": "α+1=", "answer": 2}`);
  await expect(problem).toHaveText(
    /^greek\.jsonl cannot be used: line 51: prompt: "α" at position 0 is not in the voc/,
  );
  await expect(page).not.toHaveURL(/task=file/);

  await choose('good.jsonl', lines);
  await expect(page.getByTestId('data-tried')).toBeVisible();
  await page.getByTestId('checker').selectOption('js');
  const code = page.getByTestId('checker-code').locator('.cm-content');
  await code.fill('(completion, row) => {\n  while (true);\n}');
  await page.getByTestId('checker-use').click();
  await expect(problem).toHaveText(/the checker failed: line 2: stopped after 1,000,000 steps in one call/);
  // A built-in function without end, which the own answers of the rows do not reach.
  await code.fill('(completion, row) => (completion === row.answer ? 1 : Array(4e9).sort().length)');
  await page.getByTestId('checker-use').click();
  await expect(problem).toHaveCount(0);
  // The checker is taken once it was tried on the rows.
  await expect(page).toHaveURL(/task=file-js-[0-9a-f]{64}-[0-9a-f]{64}/);
  await story.stepButton.click();
  await expect(story.error).toContainText(
    /the checker failed: ended by force after 6 s in one call.*completion ".*" of "/,
    {
      timeout: PATIENCE,
    },
  );
  await expect(story.error).toContainText('Mend the code of the checker');
  const failing = page.url();
  await code.fill('(completion, row) => Number(completion.endsWith(row.answer))');
  await page.getByTestId('checker-use').click();
  await expect(page).not.toHaveURL(failing);
  await expect(problem).toHaveCount(0);
  await expect(page).toHaveURL(/task=file-js-[0-9a-f]{64}-[0-9a-f]{64}/);
  await story.reset.click();
  await story.expectStatus('ready', PATIENCE);
  await story.oneStep(PATIENCE);

  await page.getByTestId('runs').click();
  await page.getByTestId('run-files').first().click();
  const script = await savedFiles(page, () => page.getByTestId('save-train').click());
  expect(textOf(script, 'train.py')).toContain(
    '# - the checker in JavaScript: it is not translated, and completions are compared with one stored answer;',
  );
});
