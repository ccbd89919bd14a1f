/** @file Problems that are chats become conversations of a policy with a template, and fit its rows. */
import { expect, test } from 'vitest';
import { hubFolder, blobs } from '../../../testing/hubFolder.ts';
import { sample } from '../../../testing/tasks/problems.ts';
import { present } from '../../lib/assert.ts';
import { hubConfigSchema } from '../../policy/hub/architectures.ts';
import { blobSource, needJson } from '../../policy/hub/source.ts';
import { hubTokenizer } from '../../policy/hub/tokenizer.ts';
import { readHubTokenizer } from '../../policy/hub/tokenizerFiles.ts';
import { checkerOf } from '../../tasks/checkers.ts';
import { fileTask } from '../../tasks/file.ts';
import { tasks } from '../../tasks/index.ts';
import { guessedChecker } from '../../tasks/own/guess.ts';
import { withChats } from './chats.ts';
import { lengthsOf } from './lengths.ts';

const source = blobSource('tiny', blobs(hubFolder('qwen2').files));
const hub = await needJson(source, 'config.json', hubConfigSchema);
const tokenizerOf = async (isChat: boolean) => hubTokenizer(await readHubTokenizer(source, hub, isChat));

const lines = Array.from({ length: 40 }, (_, i) => ({
  prompt: [
    { role: 'system', content: 'Add.' },
    { role: 'user', content: `${i}+1=` },
  ],
  answer: i + 1,
}));
const task = await fileTask(
  new TextEncoder().encode(lines.map((line) => JSON.stringify(line)).join('\n')),
  checkerOf('exact'),
);

test('with a template the prompt is the conversation, and within the longest prompt', async () => {
  const plain = await tokenizerOf(true);
  const tokenizer = withChats(plain, task);
  const ids = tokenizer.encodePrompt('Add.\n39+1=');
  expect(tokenizer.spell(ids)).toBe(
    '<|im_start|>system\nAdd.<|im_end|>\n<|im_start|>user\n39+1=<|im_end|>\n<|im_start|>assistant\n',
  );
  expect(ids.length).toBeLessThanOrEqual(lengthsOf(task, 1, tokenizer).promptLength);
  const typed = 'not of the file';
  expect(tokenizer.encodePrompt(typed)).toEqual(plain.encodePrompt(typed));
});

test('rows as in GSM8K are questions of the user, judged by the number that the checker proposed for them finds', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => ({
    question: `Ann has ${i} eggs and buys 1,200. How many has she?`,
    answer: `She has ${i}+1200=<<${i}+1200=${i + 1200}>>${i + 1200} eggs.\n#### ${(i + 1200).toLocaleString('en')}`,
  }));
  const eggs = await fileTask(
    new TextEncoder().encode(rows.map((row) => JSON.stringify(row)).join('\n')),
    guessedChecker,
  );
  expect(eggs.own.checker.id).toBe('number');
  const tokenizer = withChats(await tokenizerOf(true), eggs);
  for (const { row } of eggs.own.problems) {
    const example = present(eggs.read?.(row.prompt), row.prompt);
    const ids = tokenizer.encodePrompt(example.prompt);
    expect(tokenizer.spell(ids)).toBe(`<|im_start|>user\n${example.prompt}<|im_end|>\n<|im_start|>assistant\n`);
    const { promptLength, completionLength } = lengthsOf(eggs, 1, tokenizer);
    expect(ids.length).toBeLessThanOrEqual(promptLength);
    expect(tokenizer.encodeCompletion(row.solution ?? '').length).toBeLessThanOrEqual(completionLength);
    expect(eggs.verify(example, `${example.answer} eggs, so #### ${example.answer}`).correct).toBe(true);
    expect(eggs.verify(example, `${example.answer} eggs, so #### 7`).correct).toBe(false);
  }
});

test('a task asked in words is a question of the user, within the longest prompt', async () => {
  for (const asked of tasks.filter(({ isInstruction }) => isInstruction)) {
    const tokenizer = withChats(await tokenizerOf(true), asked);
    for (const { prompt, difficulty } of sample(asked, 3)) {
      const ids = tokenizer.encodePrompt(prompt);
      expect(tokenizer.spell(ids)).toBe(`<|im_start|>user\n${prompt}<|im_end|>\n<|im_start|>assistant\n`);
      expect(ids.length).toBeLessThanOrEqual(lengthsOf(asked, difficulty, tokenizer).promptLength);
    }
  }
});

test('without a template the prompt is its text', async () => {
  const tokenizer = withChats(await tokenizerOf(false), task);
  expect(tokenizer.spell(tokenizer.encodePrompt('Add.\n39+1='))).toBe('Add.\n39+1=');
});
