/** @file Code that came with a link: shown above the charts until the reader accepts or rejects it. */
import { Button } from '@mantine/core';
import { Message } from '../Message.tsx';
import { text } from '../text.ts';

export function OfferedTerms({
  ids,
  onShow,
}: {
  readonly ids: readonly string[];
  readonly onShow: (id: string) => void;
}) {
  const [first] = ids;
  if (first === undefined) return null;
  const show = (
    <Button size="compact-sm" variant="default" onClick={() => onShow(first)} data-testid="show-code">
      {text.rewards.show}
    </Button>
  );
  return (
    <Message kind="caution" title={text.rewards.offeredTitle} testId="offered-terms" action={show}>
      <p>{text.rewards.offered(ids)}</p>
    </Message>
  );
}
