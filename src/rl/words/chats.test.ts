/** @file Problems that are chats become conversations of a policy with a template, and fit its rows. */
import { expect, test } from 'vitest';
import { hubFolder, blobs } from '../../../testing/hubFolder.ts';
import { hubConfigSchema } from '../../policy/hub/architectures.ts';
import { blobSource, needJson } from '../../policy/hub/source.ts';
import { hubTokenizer } from '../../policy/hub/tokenizer.ts';
import { readHubTokenizer } from '../../policy/hub/tokenizerFiles.ts';
import { checkerOf } from '../../tasks/checkers.ts';
import { fileTask } from '../../tasks/file.ts';
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

test('without a template the prompt is its text', async () => {
  const tokenizer = withChats(await tokenizerOf(false), task);
  expect(tokenizer.spell(tokenizer.encodePrompt('Add.\n39+1='))).toBe('Add.\n39+1=');
});
