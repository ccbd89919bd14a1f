/** @file The message that the trainer does not answer, with a button to give up waiting. */
import { Button } from '@mantine/core';
import { Message } from './Message.tsx';
import { text } from './text.ts';

export function SilentMessage({ seconds, onStop }: { readonly seconds: number; readonly onStop: () => void }) {
  const action = (
    <Button size="compact-sm" variant="default" data-testid="stop-waiting" onClick={onStop}>
      {text.silence.stop}
    </Button>
  );
  return (
    <Message kind="caution" title={text.silence.title} testId="silent" action={action}>
      <p>{text.silence.body(seconds)}</p>
    </Message>
  );
}
