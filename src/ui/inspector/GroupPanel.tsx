/** @file The group in hand: one prompt, its true answer, its completions ordered by reward. */
import { ActionIcon, Button, SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import { formatNumber } from '../format.ts';
import { Icon } from '../Icon.tsx';
import type { SceneView } from '../scenes/scene.ts';
import { SceneFigure } from '../scenes/SceneFigure.tsx';
import { text } from '../text.ts';
import type { GroupView } from '../types.ts';
import { CompletionRow } from './CompletionRow.tsx';
import { TokenReadout } from './TokenReadout.tsx';
import { byReward, quantities, quantityColor, scaleTop, type Quantity } from './shade.ts';
import styles from './Inspector.module.css';

/** How a method is called and coloured, by id. */
export type MethodLook = Readonly<Record<string, { readonly label: string; readonly color: string }>>;

export interface GroupPanelProps {
  /** Null before the first step. */
  readonly group: GroupView | null;
  readonly groupIndex: number;
  readonly groupCount: number;
  readonly step: number;
  readonly hasEarlier: boolean;
  readonly hasLater: boolean;
  /** A step was picked, so the panel does not follow the run. */
  readonly pinned: boolean;
  readonly methods: MethodLook;
  readonly onGroup: (index: number) => void;
  readonly onStep: (move: 'earlier' | 'later' | 'latest') => void;
  /** A person is reading: the panel should hold still. */
  readonly onHold: (hold: boolean) => void;
  readonly held: boolean;
  /** A drawing of what a completion of this group amounts to, where the task has one. */
  readonly sceneOf?: (completion: string) => SceneView | null;
}

interface PagerProps {
  readonly label: string;
  readonly previous: string;
  readonly next: string;
  readonly onPrevious: (() => void) | null;
  readonly onNext: (() => void) | null;
}

function Pager({ label, previous, next, onPrevious, onNext }: PagerProps) {
  return (
    <span className={styles.pager}>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={previous} disabled={!onPrevious} onClick={() => onPrevious?.()}><Icon name="previous" /></ActionIcon>
      <span>{label}</span>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={next} disabled={!onNext} onClick={() => onNext?.()}><Icon name="next" /></ActionIcon>
    </span>
  );
}

function Pagers(props: GroupPanelProps) {
  const { group, groupIndex, groupCount, step, hasEarlier, hasLater, onGroup, onStep } = props;
  if (!group) return null;
  return (
    <div className={styles.pagers}>
      <Pager
        label={text.group.group(groupIndex + 1, groupCount)} previous={text.group.previousGroup} next={text.group.nextGroup}
        onPrevious={groupIndex > 0 ? () => onGroup(groupIndex - 1) : null}
        onNext={groupIndex < groupCount - 1 ? () => onGroup(groupIndex + 1) : null}
      />
      <Pager
        label={text.group.step(step)} previous={text.group.previousStep} next={text.group.nextStep}
        onPrevious={hasEarlier ? () => onStep('earlier') : null} onNext={hasLater ? () => onStep('later') : null}
      />
    </div>
  );
}

function ShadePicker({ quantity, top, onPick }: { readonly quantity: Quantity; readonly top: number; readonly onPick: (quantity: Quantity) => void }) {
  return (
    <div className={styles.shadePicker}>
      <SegmentedControl
        size="xs" value={quantity} aria-label={text.group.shadeBy}
        data={quantities.map((q) => ({ value: q, label: text.group.quantities[q] }))}
        onChange={(value) => onPick(quantities.find((q) => q === value) ?? quantity)}
      />
      <span className={styles.scale} title={text.group.quantityHint[quantity]}>
        0 <i style={{ background: `linear-gradient(to right, transparent, ${quantityColor[quantity]})` }} aria-hidden="true" /> {formatNumber(top)} {text.nats}
      </span>
    </div>
  );
}

function Problem({ group, pinned, held, hasLater, onStep }: GroupPanelProps & { readonly group: GroupView }) {
  return (
    <div className={styles.problem}>
      <dl>
        <div><dt>{text.group.prompt}</dt><dd><code>{group.prompt}</code></dd></div>
        <div><dt>{text.group.answer}</dt><dd><code>{group.answer}</code></dd></div>
      </dl>
      <span className={styles.follow}>
        {pinned
          ? <Button size="compact-xs" variant="default" onClick={() => onStep('latest')}>{text.group.latest}</Button>
          : held && hasLater && <span className={styles.held} title={text.group.heldHint}>{text.group.held}</span>}
      </span>
    </div>
  );
}

function Completions({ group, methods, quantity, onInspect }: {
  readonly group: GroupView;
  readonly methods: MethodLook;
  readonly quantity: Quantity;
  readonly onInspect: (rank: number, token: number | null) => void;
}) {
  const completions = useMemo(() => byReward(group.completions), [group]);
  const top = useMemo(() => scaleTop(group.completions, quantity), [group, quantity]);
  return (
    <ol className={styles.completions} aria-label={text.group.completions}>
      {completions.map((completion, index) => {
        const look = completion.method === null ? undefined : methods[completion.method];
        return (
          <CompletionRow
            key={index} completion={completion} rank={index + 1} methodLabel={look?.label ?? completion.method} methodColor={look?.color ?? null}
            quantity={quantity} top={top} onInspect={onInspect}
          />
        );
      })}
    </ol>
  );
}

/** The completion that was pointed at last, drawn; the best one before that. */
function ChosenScene({ group, rank, sceneOf }: { readonly group: GroupView; readonly rank: number; readonly sceneOf: GroupPanelProps['sceneOf'] }) {
  const completion = byReward(group.completions)[rank - 1];
  const scene = completion ? sceneOf?.(completion.text) : null;
  if (!scene) return null;
  return (
    <div className={styles.chosen}>
      <h3>{text.group.drawn(rank)}</h3>
      <SceneFigure scene={scene} />
    </div>
  );
}

export function GroupPanel(props: GroupPanelProps) {
  const { group, methods, onHold } = props;
  const [quantity, setQuantity] = useState<Quantity>('logProb');
  const [inspected, setInspected] = useState<{ rank: number; token: number | null } | null>(null);
  const top = useMemo(() => scaleTop(group?.completions ?? [], quantity), [group, quantity]);
  const [inspect] = useState(() => (rank: number, token: number | null) => setInspected({ rank, token }));
  const completion = group && inspected ? (byReward(group.completions)[inspected.rank - 1] ?? null) : null;
  return (
    <section
      className={styles.group} data-testid="group" data-step={group ? props.step : undefined} aria-label={text.group.name}
      onPointerEnter={() => onHold(true)} onPointerLeave={() => onHold(false)} onFocus={() => onHold(true)} onBlur={() => onHold(false)}
    >
      <header className={styles.head}>
        <h2>{text.group.name}</h2>
        <Pagers {...props} />
      </header>
      {group ? (
        <>
          <Problem {...props} group={group} />
          <ShadePicker quantity={quantity} top={top} onPick={setQuantity} />
          <Completions group={group} methods={methods} quantity={quantity} onInspect={inspect} />
          <ChosenScene group={group} rank={inspected?.rank ?? 1} sceneOf={props.sceneOf} />
          <TokenReadout completion={completion} token={inspected?.token ?? null} />
        </>
      ) : <p className={styles.empty}>{text.group.empty}</p>}
    </section>
  );
}
