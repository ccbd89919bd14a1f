/** @file A failure in words: event, kept data, next action, and the button for it. */
import type { Elements } from './elements.ts';
import { Button } from '@mantine/core';
import { Message } from './Message.tsx';
import { text } from './text.ts';
import type { ErrorView } from './types.ts';

export interface ErrorPanelProps {
  readonly error: ErrorView;
  /** The step that restarting returns to; null where nothing was trained yet. */
  readonly goesOnAt: number | null;
  /** Null where the failure ended the run. */
  readonly onGoOn: (() => void) | null;
  /** A control that removes the cause. */
  readonly way?: Elements;
  readonly onReopen: () => void;
  readonly onStartOver: () => void;
}

export function ErrorPanel({ error, goesOnAt, onGoOn, way, onReopen, onStartOver }: ErrorPanelProps) {
  const buttons = (
    <>
      {onGoOn && (
        <Button variant="default" data-testid="go-on" onClick={onGoOn}>
          {text.error.goOn}
        </Button>
      )}
      {goesOnAt !== null && (
        <Button variant="default" data-testid="start-over" onClick={onStartOver}>
          {text.error.startOver}
        </Button>
      )}
      <Button variant={way ? 'default' : 'filled'} data-testid="reopen" onClick={onReopen}>
        {goesOnAt === null ? text.error.reopen : text.error.reopenAt(goesOnAt)}
      </Button>
    </>
  );
  return (
    <Message
      kind="error"
      title={goesOnAt === null ? text.error.notStarted : text.error.title}
      testId="error"
      code={error.code}
      action={buttons}
    >
      <p>{error.message}</p>
      <p>
        <b>{`${text.error.kept}:`}</b>
        <span>{` ${error.kept}`}</span>
      </p>
      <p>
        <b>{`${text.error.remedy}:`}</b>
        <span>{` ${error.remedy}`}</span>
      </p>
      {error.details !== undefined && (
        <details data-testid="error-details">
          <summary>{text.error.details}</summary>
          <pre translate="no">{error.details}</pre>
        </details>
      )}
      {way}
    </Message>
  );
}
