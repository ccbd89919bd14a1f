/**
 * @file Parts of the page that fail alone: the message names the part and offers to try again. A part may be loaded
 * when it is first shown.
 */
import { Button } from '@mantine/core';
import { lazy, useRef, useState, type ComponentType, type ReactElement, type ReactNode } from 'react';
import { create } from 'zustand';
import { Boundary } from './Boundary.tsx';
import { loadCode, NotLoadedError } from './load.ts';
import { Message } from './Message.tsx';
import { partWords as words, type PartId } from './partWords.ts';
import styles from './Lines.module.css';

interface FailureProps {
  readonly part: PartId;
  readonly error: unknown;
  /** Rejects if the part failed again. */
  readonly onRetry: () => Promise<void>;
}

/**
 * Focus moves to the part's container before the pressed button disappears; otherwise Tab would restart at the top of
 * the page.
 */
function focusHolder(message: Element | null): void {
  const holder = message?.parentElement;
  if (!holder || !message.contains(document.activeElement)) return;
  holder.tabIndex = -1;
  holder.focus({ preventScroll: true });
}

function Failure({ part, error, onRetry }: FailureProps) {
  const [tries, setTries] = useState(0);
  const [busy, setBusy] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const isMissing = error instanceof NotLoadedError;
  const retry = async () => {
    setBusy(true);
    try {
      const message = button.current?.closest('[role="alert"]') ?? null;
      await onRetry();
      focusHolder(message);
    } catch {
      setTries(tries + 1);
      setBusy(false);
    }
  };
  const buttons = (
    <span className={styles.buttons}>
      <Button
        ref={button}
        size="compact-sm"
        variant="default"
        aria-busy={busy}
        data-testid={`retry-${part}`}
        onClick={() => !busy && void retry()}
      >
        {words.retry}
      </Button>
      {tries > 0 && (
        <Button
          size="compact-sm"
          variant="default"
          data-testid={`reopen-${part}`}
          onClick={() => window.location.reload()}
        >
          {words.reopen}
        </Button>
      )}
    </span>
  );
  return (
    <Message
      kind="error"
      title={isMissing ? words.notLoaded(part) : words.failed(part)}
      testId={`failed-${part}`}
      action={buttons}
    >
      <p>{words.goesOn}</p>
      {tries > 0 && <p>{words.stillNot}</p>}
    </Message>
  );
}

export interface PartProps {
  readonly part: PartId;
  /** Called before the part is shown again; rejects if it failed again. */
  readonly onRetry?: () => Promise<void>;
  /** Wraps the message, for a part that opens over the page. */
  readonly frame?: ((message: ReactElement) => ReactNode) | undefined;
  readonly children: ReactNode;
}

/** The part, or a message once it fails; its siblings are not affected. */
export function Part({ part, onRetry, frame = (message) => message, children }: PartProps) {
  const failure = (error: unknown, again: () => void) =>
    frame(
      <Failure
        part={part}
        error={error}
        onRetry={async () => {
          await onRetry?.();
          again();
        }}
      />,
    );
  return <Boundary failure={failure}>{children}</Boundary>;
}

/**
 * A component whose code `load` imports when it is first shown; it suspends until then. `React.lazy` keeps a failure
 * for good, so a successful retry makes a new lazy component, wherever the part failed.
 */
export function loadedPart<Props extends object>(
  part: PartId,
  load: () => Promise<ComponentType<Props>>,
  frame?: (message: ReactElement, props: Props) => ReactNode,
): ComponentType<Props> {
  const lazily = (loading: () => Promise<ComponentType<Props>>) => lazy(async () => ({ default: await loading() }));
  const useLoaded = create(() => ({ Loaded: lazily(() => loadCode(part, load)), tries: 0 }));
  const retry = async () => {
    const found = await loadCode(part, load);
    useLoaded.setState(({ tries }) => ({ Loaded: lazily(async () => found), tries: tries + 1 }));
  };
  return function LoadedPart(props: Props) {
    const { Loaded, tries } = useLoaded();
    return (
      <Part key={tries} part={part} onRetry={retry} frame={frame && ((message) => frame(message, props))}>
        <Loaded {...props} />
      </Part>
    );
  };
}
