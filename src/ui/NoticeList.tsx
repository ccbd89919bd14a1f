/** @file The parts of a link that could not be used, and why. */
import { Button } from '@mantine/core';
import { Message } from './Message.tsx';
import { text } from './text.ts';

export function NoticeList({
  notices,
  onDismiss,
}: {
  readonly notices: readonly string[];
  readonly onDismiss: () => void;
}) {
  if (notices.length === 0) return null;
  const dismiss = (
    <Button size="compact-sm" variant="default" onClick={onDismiss}>
      {text.notices.dismiss}
    </Button>
  );
  return (
    <Message kind="caution" title={text.notices.title} testId="notices" action={dismiss}>
      {notices.map((notice) => (
        <p key={notice}>{notice}</p>
      ))}
    </Message>
  );
}
