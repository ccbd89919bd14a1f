/** @file Problems that are chats, in the words of a policy with a chat template. */
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { Task } from '../../tasks/task.ts';

/**
 * The tokenizer of a run on this task: the prompt of a problem with `messages` becomes that conversation. Unchanged for
 * a policy whose prompts are plain text.
 */
export function withChats(tokenizer: Tokenizer, task: Pick<Task, 'read'>): Tokenizer {
  const { encodeChat, encodePrompt } = tokenizer;
  if (!encodeChat) return tokenizer;
  return {
    ...tokenizer,
    encodePrompt(prompt) {
      const messages = task.read?.(prompt)?.messages;
      return messages ? encodeChat(messages) : encodePrompt(prompt);
    },
  };
}
