/** @file The tokens of one completion, shaded; pointing at one or walking with the arrow keys inspects it. */
import { memo, useId, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { text } from '../text.ts';
import type { CompletionView } from '../types.ts';
import { magnitudes, quantityColor, shade, visibleToken, type Quantity } from './shade.ts';
import { formatNumber } from '../format.ts';
import styles from './Inspector.module.css';

export interface TokenStripProps {
  readonly completion: CompletionView;
  readonly quantity: Quantity;
  readonly top: number;
  /** For screen readers: which completion this is. */
  readonly name: string;
  readonly onInspect: (token: number | null) => void;
}

const THICKEST = 4;

function tokenUnder(event: PointerEvent<HTMLElement>): number | null {
  const index = (event.target as HTMLElement).dataset['token'];
  return index === undefined ? null : Number(index);
}

function nextToken(key: string, from: number | null, count: number): number | null {
  if (key === 'ArrowRight') return Math.min(count - 1, (from ?? -1) + 1);
  if (key === 'ArrowLeft') return Math.max(0, (from ?? 1) - 1);
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : null;
}

export const TokenStrip = memo(function TokenStrip({ completion, quantity, top, name, onInspect }: TokenStripProps) {
  const id = useId();
  const [active, setActive] = useState<number | null>(null);
  const sizes = magnitudes(completion, quantity);
  const inspect = (token: number | null) => {
    setActive(token);
    onInspect(token);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = nextToken(event.key, active, completion.tokens.length);
    if (next === null) return;
    event.preventDefault();
    inspect(next);
  };
  return (
    <div
      className={styles.tokens} role="listbox" tabIndex={0} aria-label={name} aria-orientation="horizontal"
      {...(active === null ? {} : { 'aria-activedescendant': `${id}-${active}` })}
      onPointerOver={(event) => inspect(tokenUnder(event))} onPointerLeave={() => inspect(null)}
      onFocus={() => inspect(active ?? 0)} onBlur={() => inspect(null)} onKeyDown={onKeyDown}
    >
      {completion.tokens.map((token, index) => {
        const isEnd = completion.terminated && index === completion.tokens.length - 1;
        const size = sizes[index] ?? 0;
        return (
          <span
            key={index} id={`${id}-${index}`} role="option" aria-selected={index === active} data-token={index} data-end={isEnd || undefined}
            aria-label={`${isEnd ? text.group.end : token}: ${formatNumber(size)} ${text.nats}`}
            style={{
              background: shade(size, top, quantityColor[quantity]),
              boxShadow: `inset 0 ${-Math.round(Math.min(1, size / top) * THICKEST)}px ${quantityColor[quantity]}`,
            }}
          >
            {isEnd ? text.group.end : visibleToken(token)}
          </span>
        );
      })}
    </div>
  );
});
