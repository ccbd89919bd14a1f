/** @file A newer version of the page is ready; it loads only on request. */
import { Button } from '@mantine/core';
import { Message } from './Message.tsx';
import { text } from './text.ts';

export function UpdateMessage({
  onUpdate,
  onDismiss,
}: {
  readonly onUpdate: () => void;
  readonly onDismiss: () => void;
}) {
  const action = (
    <>
      <Button size="compact-sm" variant="default" onClick={onDismiss}>
        {text.update.later}
      </Button>
      <Button size="compact-sm" data-testid="update-now" onClick={onUpdate}>
        {text.update.now}
      </Button>
    </>
  );
  return (
    <Message kind="note" title={text.update.title} testId="update" action={action}>
      <p>{text.update.body}</p>
    </Message>
  );
}
