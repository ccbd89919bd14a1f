/** @file Messages about keeping runs: refused, full, open elsewhere, unfinished, trained again. */
import { Button } from '@mantine/core';
import { Message } from '../Message.tsx';
import { partWords } from '../partWords.ts';
import { text } from '../text.ts';
import styles from './Runs.module.css';

/** A run as named in a message. */
export interface RunView {
  readonly id: string;
  readonly name: string;
  readonly steps: number;
  readonly bytes: number;
}

const words = text.runs;
const small = { size: 'compact-sm' } as const;

export function RefusedMessage({ onDismiss }: { readonly onDismiss: () => void }) {
  return (
    <Message
      kind="caution"
      title={words.refused.title}
      testId="storage-refused"
      action={
        <Button {...small} variant="default" onClick={onDismiss}>
          {words.understood}
        </Button>
      }
    >
      <p>{words.refused.body}</p>
    </Message>
  );
}

/** The storage code did not load; steps trained meanwhile are kept once it does. */
export function UnloadedMessage({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <Message
      kind="error"
      title={partWords.notLoaded('storage')}
      testId="storage-unloaded"
      action={
        <Button {...small} variant="default" data-testid="retry-storage" onClick={onRetry}>
          {partWords.retry}
        </Button>
      }
    >
      <p>{words.unloaded}</p>
    </Message>
  );
}

/** `saved`: kept steps of the current run, null for none. */
export function BrokenMessage({ saved, onAgain }: { readonly saved: number | null; readonly onAgain: () => void }) {
  return (
    <Message
      kind="caution"
      title={words.broken.title}
      testId="storage-broken"
      action={
        <Button {...small} variant="default" data-testid="storage-again" onClick={onAgain}>
          {words.broken.again}
        </Button>
      }
    >
      <p>{words.broken.body(saved)}</p>
    </Message>
  );
}

export interface FullMessageProps {
  /** Kept steps of the current run, null for none. */
  readonly saved: number | null;
  /** Runs that could be deleted, oldest first. */
  readonly expendable: readonly RunView[];
  /** No run but the current one is kept. */
  readonly isAlone: boolean;
  readonly onFree: (ids: readonly string[]) => void;
}

/** Number of runs offered for deletion at once: enough space for some hundred steps. */
const OFFERED = 3;

export function FullMessage({ saved, expendable, isAlone, onFree }: FullMessageProps) {
  const offered = expendable.slice(0, OFFERED);
  const bytes = offered.reduce((sum, run) => sum + run.bytes, 0);
  const action = offered.length > 0 && (
    <Button {...small} data-testid="free" onClick={() => onFree(offered.map(({ id }) => id))}>
      {words.full.free(offered.length, bytes)}
    </Button>
  );
  return (
    <Message kind="caution" title={words.full.title} testId="storage-full" action={action}>
      <p>{words.full.body(saved)}</p>
      <p>
        {offered.length > 0
          ? offered.map(({ name, steps }) => `${name} (${words.steps(steps)})`).join(', ')
          : isAlone
            ? words.full.alone
            : words.full.none}
      </p>
    </Message>
  );
}

interface AboutRun {
  readonly run: RunView;
  readonly onTake: () => void;
  readonly onDismiss: () => void;
}

export function ElsewhereMessage({ run, onTake, onDismiss }: AboutRun) {
  const action = (
    <>
      <Button {...small} variant="default" onClick={onDismiss}>
        {words.notNow}
      </Button>
      <Button {...small} data-testid="open-copy" onClick={onTake}>
        {words.elsewhere.copy}
      </Button>
    </>
  );
  return (
    <Message kind="caution" title={words.elsewhere.title(run.name)} testId="elsewhere" action={action}>
      <p>{words.elsewhere.body}</p>
    </Message>
  );
}

export interface ForeignMessageProps {
  readonly name: string;
  /** The code in the file. */
  readonly code: readonly { readonly name: string; readonly code: string }[];
  readonly onAgree: () => void;
  readonly onDismiss: () => void;
}

/** Code that came with a file: shown before it may run. */
export function ForeignMessage({ name, code, onAgree, onDismiss }: ForeignMessageProps) {
  const action = (
    <>
      <Button {...small} variant="default" onClick={onDismiss}>
        {words.notNow}
      </Button>
      <Button {...small} data-testid="foreign-agree" onClick={onAgree}>
        {words.foreign.agree}
      </Button>
    </>
  );
  return (
    <Message kind="caution" title={words.foreign.title(name)} testId="foreign" action={action}>
      <p>{words.foreign.body}</p>
      {code.map((part) => (
        <figure key={part.name} className={styles.code}>
          <figcaption>{part.name}</figcaption>
          <pre translate="no" tabIndex={0} aria-label={part.name}>
            {part.code}
          </pre>
        </figure>
      ))}
    </Message>
  );
}

export function OfferMessage({ run, total, onTake, onDismiss }: AboutRun & { readonly total: number }) {
  const action = (
    <>
      <Button {...small} variant="default" onClick={onDismiss}>
        {words.notNow}
      </Button>
      <Button {...small} data-testid="go-on-offer" onClick={onTake}>
        {words.offer.goOn}
      </Button>
    </>
  );
  return (
    <Message kind="note" title={words.offer.title(run.name)} testId="offer" action={action}>
      <p>{words.offer.body(run.steps, total)}</p>
    </Message>
  );
}

export interface ReplayView {
  readonly from: number;
  readonly step: number;
  readonly target: number;
  readonly differing: number;
}

export function ReplayMessage({
  replay,
  busy,
  onDismiss,
}: {
  readonly replay: ReplayView;
  readonly busy: boolean;
  readonly onDismiss: () => void;
}) {
  const { from, step, target, differing } = replay;
  const count = target - from;
  const sentence = busy
    ? words.replay.busy(step, target, from)
    : differing === 0
      ? words.replay.same(count)
      : words.replay.differing(differing, count);
  return (
    <Message
      kind={differing > 0 ? 'caution' : 'note'}
      title={words.replay.title}
      testId="replay"
      action={
        !busy && (
          <Button {...small} variant="default" onClick={onDismiss}>
            {words.understood}
          </Button>
        )
      }
    >
      <p>{sentence}</p>
    </Message>
  );
}

export function ProblemMessage({ problem, onDismiss }: { readonly problem: string; readonly onDismiss: () => void }) {
  return (
    <Message
      kind="caution"
      title={words.problem}
      testId="runs-problem"
      action={
        <Button {...small} variant="default" onClick={onDismiss}>
          {words.understood}
        </Button>
      }
    >
      <p>{problem}</p>
    </Message>
  );
}
