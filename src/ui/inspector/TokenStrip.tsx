/** @file The tokens of one completion, shaded; pointing or the arrow keys select a token. */
import { Fragment, memo, useId, useMemo, useState, type KeyboardEvent, type MouseEvent } from 'react';
import type { ClipView, CompletionView } from '../types.ts';
import { colorOf, scales, shade, type Quantity } from './shade.ts';
import { lookIn, type TokenLook } from './tokenLook.ts';
import styles from './Inspector.module.css';

export interface TokenStripProps {
  readonly completion: CompletionView;
  readonly quantity: Quantity;
  readonly top: number;
  readonly clip: ClipView | null;
  /** The open token; the arrow keys move it. */
  readonly opened?: number | undefined;
  /** For screen readers: the name of the completion. */
  readonly name: string;
  readonly onInspect: (token: number | null) => void;
  readonly onOpen: (token: number) => void;
}

const THICKEST = 4;

function tokenUnder(event: MouseEvent<HTMLElement>): number | null {
  const index = (event.target as HTMLElement).dataset['token'];
  return index === undefined ? null : Number(index);
}

/** The token nearest to `from` in the next line below (1) or above (-1); `from` if there is none. */
function inNextLine(strip: HTMLElement, from: number, direction: 1 | -1): number {
  const tokens = [...strip.querySelectorAll<HTMLElement>('[data-token]')];
  const start = tokens[from];
  const others = tokens.filter(({ offsetTop }) => start && direction * (offsetTop - start.offsetTop) > 1);
  const line = direction > 0 ? others[0]?.offsetTop : others.at(-1)?.offsetTop;
  const apart = ({ offsetLeft }: HTMLElement): number => Math.abs(offsetLeft - (start?.offsetLeft ?? 0));
  const nearest = others
    .filter(({ offsetTop }) => offsetTop === line)
    .reduce<HTMLElement | undefined>((best, one) => (best && apart(best) <= apart(one) ? best : one), undefined);
  return nearest ? tokens.indexOf(nearest) : from;
}

function nextToken(strip: HTMLElement, key: string, from: number | null, count: number): number | null {
  if (key === 'ArrowDown') return inNextLine(strip, from ?? 0, 1);
  if (key === 'ArrowUp') return inNextLine(strip, from ?? 0, -1);
  if (key === 'ArrowRight') return Math.min(count - 1, (from ?? -1) + 1);
  if (key === 'ArrowLeft') return Math.max(0, (from ?? 1) - 1);
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : null;
}

export const TokenStrip = memo(function TokenStrip({
  completion,
  quantity,
  top,
  clip,
  opened,
  name,
  onInspect,
  onOpen,
}: TokenStripProps) {
  const id = useId();
  const [pointed, setActive] = useState<number | null>(null);
  const active = opened ?? pointed;
  const { values, say } = scales[quantity];
  const numbers = values(completion, clip);
  const looks = useMemo(() => completion.tokens.map((_, place) => lookIn(completion, place)), [completion]);
  const inspect = (token: number | null) => {
    setActive(token);
    onInspect(token);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const next = nextToken(event.currentTarget, event.key, active, completion.tokens.length);
    const opens = event.key === 'Enter' && active !== null;
    if (next === null && !opens) return;
    event.preventDefault();
    if (next !== null) {
      inspect(next);
      event.currentTarget.querySelector(`[data-token="${next}"]`)?.scrollIntoView({ block: 'nearest' });
    }
    if (opens || opened !== undefined) onOpen(next ?? active ?? 0);
  };
  return (
    <div
      className={styles.tokens}
      translate="no"
      role="listbox"
      tabIndex={0}
      aria-label={name}
      aria-orientation="horizontal"
      {...(active === null ? {} : { 'aria-activedescendant': `${id}-${active}` })}
      onPointerOver={(event) => inspect(tokenUnder(event))}
      onPointerLeave={() => inspect(null)}
      onFocus={() => inspect(active ?? 0)}
      onBlur={() => inspect(null)}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        const token = tokenUnder(event);
        if (token !== null) onOpen(token);
      }}
    >
      {completion.tokens.map((token, index) => {
        const { shown, said, kind } = looks[index] as TokenLook;
        const value = numbers[index] ?? 0;
        const color = colorOf(quantity, value);
        return (
          <Fragment key={index}>
            <span
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              data-token={index}
              data-kind={kind}
              aria-label={`${said}: ${say(value)}`}
              title={said === shown ? undefined : said}
              style={{
                background: shade(value, top, color),
                // Below 0 the mark hangs from the top, so that the sign does not depend on colour alone.
                boxShadow: `inset 0 ${(value < 0 ? 1 : -1) * Math.round(Math.min(1, Math.abs(value) / top) * THICKEST)}px ${color}`,
              }}
            >
              {shown}
            </span>
            {token.endsWith('\n') && <i aria-hidden="true" />}
          </Fragment>
        );
      })}
    </div>
  );
});
