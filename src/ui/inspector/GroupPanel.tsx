/** @file The shown group: one prompt, its true answer, its completions ordered by reward. */
import { Button } from '@mantine/core';
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { SceneView } from '../scenes/scene.ts';
import { SceneFigure } from '../scenes/SceneFigure.tsx';
import { text } from '../text.ts';
import type { ClipView, CompletionView, GroupView } from '../types.ts';
import { CompletionRow } from './CompletionRow.tsx';
import { Pagers, type PagersProps } from './Pagers.tsx';
import { TokenReadout } from './TokenReadout.tsx';
import { TokenDetail, type OpenedView } from './TokenDetail.tsx';
import { quantitiesOf, scales, scaleTop, type Quantity } from './shade.ts';
import { groupRule, meanReward, ranked } from './rank.ts';
import { groupRuleText } from './words.ts';
import styles from './Inspector.module.css';

/** Label and colour of each method, by id. */
export type MethodLook = Readonly<Record<string, { readonly label: string; readonly color: string }>>;

export interface GroupPanelProps extends PagersProps {
  /** Steps of the run, in memory or not. */
  readonly steps: number;
  /** A group of a recorded run, shown as such while the current run has none. */
  readonly recorded?: { readonly group: GroupView; readonly label: string } | null;
  /** The step that the time bar shows; null follows the run. */
  readonly viewed: number | null;
  readonly methods: MethodLook;
  /** Called with true while the reader points at or opens a token: the panel should then not move on. */
  readonly onHold: (hold: boolean) => void;
  readonly held: boolean;
  /** The panel is held at a step before the newest. */
  readonly hasLater: boolean;
  /** The scene of a completion of this group, where the task has one. */
  readonly sceneOf?: (completion: string) => SceneView | null;
  /** A note on the step's updates. */
  readonly note?: string | null;
  /**
   * The ratio range outside which this group's step cut the gradient; null where no ratio of tokens or completions is
   * clipped.
   */
  readonly clip: ClipView | null;
  /** Rewards of all sizes instead of right and wrong. */
  readonly isGraded?: boolean;
  /** False where pairs are compared without advantages. */
  readonly hasAdvantages: boolean;
  /** The data of the completion whose token is open; null while no token is. */
  readonly opened: OpenedView | null;
  readonly onOpen: (completion: CompletionView) => void;
  readonly onClose: () => void;
  /** Rebuilds the shown step, without a group the newest; null where the time bar is hidden. */
  readonly onRebuild: (() => void) | null;
  /** Opens the group under other algorithms; absent where it cannot. */
  readonly onBench?: (() => void) | undefined;
}

/** A longer prompt is set smaller, and may scroll. */
const LONG = 60;

interface ShadePickerProps {
  readonly choices: readonly Quantity[];
  readonly quantity: Quantity;
  readonly top: number;
  readonly onPick: (quantity: Quantity) => void;
}

function ShadePicker({ choices, quantity, top, onPick }: ShadePickerProps) {
  const {
    colors: [below, above],
    say,
  } = scales[quantity];
  const isSigned = below !== above;
  const paint = isSigned
    ? `linear-gradient(to right, ${below}, transparent, ${above})`
    : `linear-gradient(to right, transparent, ${above})`;
  return (
    <div className={styles.shadePicker}>
      <label>
        <span>{`${text.group.shadeBy} `}</span>
        <select
          value={quantity}
          data-testid="shade-by"
          onChange={(event) => onPick(choices.find((q) => q === event.currentTarget.value) ?? quantity)}
        >
          {choices.map((q) => (
            <option key={q} value={q}>
              {text.group.quantities[q]}
            </option>
          ))}
        </select>
      </label>
      <span className={styles.scale} translate="no" title={text.group.quantityHint[quantity]}>
        <span>{isSigned ? say(-top) : '0'}</span>
        <i style={{ background: paint }} aria-hidden="true" />
        <span>{say(top)}</span>
      </span>
      {quantity !== 'logProb' && <span className={styles.shadeHint}>{text.group.quantityHint[quantity]}</span>}
    </div>
  );
}

function Problem({ group, note, held, hasLater }: GroupPanelProps & { readonly group: GroupView }) {
  return (
    <div className={styles.problem}>
      <dl>
        <div>
          <dt>{text.group.prompt}</dt>
          <dd data-long={group.prompt.length > LONG || undefined} tabIndex={group.prompt.length > LONG ? 0 : undefined}>
            <code translate="no">{group.prompt}</code>
          </dd>
        </div>
        <div>
          <dt>{text.group.answer}</dt>
          <dd>
            <code translate="no">{group.answer}</code>
          </dd>
        </div>
      </dl>
      {note && (
        <p className={styles.note} data-testid="step-note">
          {note}
        </p>
      )}
      <span className={styles.follow}>
        {held && hasLater && (
          <span className={styles.held} title={text.group.heldHint}>
            {text.group.held}
          </span>
        )}
      </span>
    </div>
  );
}

/** The headings of the rows; the advantage is reckoned from the reward beside the group's mean. */
function RowHead({
  group,
  hasMethods,
  hasAdvantages,
}: {
  readonly group: GroupView;
  readonly hasMethods: boolean;
  readonly hasAdvantages: boolean;
}) {
  const mean = meanReward(group);
  return (
    <div className={styles.rowHead} data-testid="row-head">
      <span>{text.group.reward}</span>
      <span translate="no">{hasAdvantages && mean !== null ? text.group.meanTo(mean) : ''}</span>
      <span>{text.group.verdict}</span>
      {hasMethods && <span>{text.group.method}</span>}
    </div>
  );
}

/** A token of a completion, which is identified by its place in the order. */
interface Place {
  readonly rank: number;
  readonly token: number;
}

interface CompletionsProps extends Pick<GroupPanelProps, 'methods' | 'clip' | 'isGraded'> {
  readonly group: GroupView;
  readonly quantity: Quantity;
  readonly top: number;
  /** While a token is open, only its completion is listed. */
  readonly open: Place | null;
  readonly isRecorded?: boolean;
  readonly onInspect: (rank: number, token: number | null) => void;
  readonly onOpen: (rank: number, token: number) => void;
}

function Completions({
  group,
  methods,
  clip,
  isGraded = false,
  isRecorded = false,
  quantity,
  top,
  open,
  onInspect,
  onOpen,
}: CompletionsProps) {
  const rows = useMemo(() => ranked(group.completions), [group]);
  return (
    <ol className={styles.completions} data-open={open !== null || undefined} aria-label={text.group.completions}>
      {rows.map(({ completion, count }, index) => {
        const look = completion.method === null ? undefined : methods[completion.method];
        return (
          (open === null || open.rank === index + 1) && (
            <CompletionRow
              key={index}
              completion={completion}
              rank={index + 1}
              count={count}
              methodLabel={look?.label ?? completion.method}
              methodColor={look?.color ?? null}
              quantity={quantity}
              top={top}
              clip={clip}
              isGraded={isGraded}
              isRecorded={isRecorded}
              opened={open?.token}
              onInspect={onInspect}
              onOpen={onOpen}
            />
          )
        );
      })}
    </ol>
  );
}

/** The scene of the completion pointed at last, at first of the best one. */
function ChosenScene({
  group,
  rank,
  sceneOf,
}: {
  readonly group: GroupView;
  readonly rank: number;
  readonly sceneOf: GroupPanelProps['sceneOf'];
}) {
  const completion = ranked(group.completions)[rank - 1]?.completion;
  const scene = completion ? sceneOf?.(completion.text) : null;
  if (!scene) return null;
  return (
    <div className={styles.chosen}>
      <h3>{text.group.drawn(rank)}</h3>
      <SceneFigure scene={scene} />
    </div>
  );
}

/** The token the reader looks at: pointed at, or open. */
function useLook({ group, opened, onOpen, onClose, onHold }: GroupPanelProps) {
  const [inspected, setInspected] = useState<{ rank: number; token: number | null } | null>(null);
  const [place, setPlace] = useState<Place | null>(null);
  const rows = useMemo(() => ranked(group?.completions ?? []), [group]);
  const open = opened && place && rows[place.rank - 1]?.completion === opened.completion ? place : null;
  const show = (rank: number, token: number) => {
    const completion = rows[rank - 1]?.completion;
    if (!completion) return;
    setPlace({ rank, token });
    onHold(true);
    if (completion !== opened?.completion) onOpen(completion);
  };
  // The rows keep their callbacks: a group of long completions has thousands of tokens to draw.
  const newest = useRef(show);
  useEffect(() => void (newest.current = show));
  return {
    inspected,
    open,
    completion: inspected ? (rows[inspected.rank - 1]?.completion ?? null) : null,
    inspect: useCallback((rank: number, token: number | null) => setInspected({ rank, token }), []),
    show: useCallback((rank: number, token: number) => newest.current(rank, token), []),
    /** The panel does not move on while a token is open. */
    hold: (on: boolean) => (on || !open) && onHold(on),
    close(event?: KeyboardEvent) {
      if (!open || (event && event.key !== 'Escape')) return;
      setPlace(null);
      onClose();
    },
  };
}

function Body({
  look,
  quantity,
  onQuantity,
  ...props
}: GroupPanelProps & {
  readonly group: GroupView;
  readonly look: ReturnType<typeof useLook>;
  readonly quantity: Quantity;
  readonly onQuantity: (quantity: Quantity) => void;
}) {
  const { group, clip, hasAdvantages, opened, step } = props;
  const { inspected, open } = look;
  const choices = quantitiesOf(clip, hasAdvantages);
  const shaded = choices.includes(quantity) ? quantity : 'logProb';
  const top = useMemo(() => scaleTop(group.completions, shaded, clip), [group, shaded, clip]);
  const rule = useMemo(() => (hasAdvantages ? groupRuleText(groupRule(group)) : null), [group, hasAdvantages]);
  return (
    <>
      <Problem {...props} group={group} />
      {props.onBench && (
        <Button
          className={styles.bench}
          size="compact-xs"
          variant="default"
          title={text.group.benchHint}
          data-testid="open-bench"
          onClick={props.onBench}
        >
          {text.group.bench}
        </Button>
      )}
      <ShadePicker choices={choices} quantity={shaded} top={top} onPick={onQuantity} />
      <RowHead group={group} hasMethods={Object.keys(props.methods).length > 0} hasAdvantages={hasAdvantages} />
      <Completions
        group={group}
        methods={props.methods}
        clip={clip}
        isGraded={props.isGraded ?? false}
        quantity={shaded}
        top={top}
        open={open}
        onInspect={look.inspect}
        onOpen={look.show}
      />
      {!open && rule && (
        <details className={styles.rule} data-testid="group-rule">
          <summary>{rule.rule}</summary>
          <span>{rule.why}</span>
        </details>
      )}
      {open && opened ? (
        <TokenDetail
          opened={opened}
          token={open.token}
          clip={clip}
          hasAdvantages={hasAdvantages}
          step={step}
          onClose={() => look.close()}
          onAskAgain={() => props.onOpen(opened.completion)}
          onRebuild={props.onRebuild}
        />
      ) : (
        <>
          <ChosenScene group={group} rank={inspected?.rank ?? 1} sceneOf={props.sceneOf} />
          <TokenReadout completion={look.completion} token={inspected?.token ?? null} quantity={shaded} clip={clip} />
        </>
      )}
    </>
  );
}

const ignore = () => undefined;

/** Shown like a live group, out of reach of pointer and keyboard: its policy is not in memory. */
function RecordedGroup({ recorded, methods, isGraded = false, hasAdvantages }: GroupPanelProps) {
  const top = useMemo(() => (recorded ? scaleTop(recorded.group.completions, 'logProb', null) : 1), [recorded]);
  if (!recorded) return null;
  const { group, label } = recorded;
  return (
    <>
      <p className={styles.note} data-testid="recorded-group-label">
        {label}
      </p>
      <div className={styles.recorded} inert data-testid="recorded-group">
        <p>
          <span>{`${text.group.prompt} `}</span>
          <code translate="no">{group.prompt}</code>
        </p>
        <RowHead group={group} hasMethods={Object.keys(methods).length > 0} hasAdvantages={hasAdvantages} />
        <Completions
          group={group}
          methods={methods}
          clip={null}
          isGraded={isGraded}
          isRecorded
          quantity="logProb"
          top={top}
          open={null}
          onInspect={ignore}
          onOpen={ignore}
        />
      </div>
    </>
  );
}

export function GroupPanel(props: GroupPanelProps) {
  const { group } = props;
  const [quantity, setQuantity] = useState<Quantity>('logProb');
  const look = useLook(props);
  return (
    <section
      id="group"
      tabIndex={-1}
      className={styles.group}
      data-testid="group"
      data-step={group ? props.step : undefined}
      aria-label={text.group.name}
      onPointerEnter={() => look.hold(true)}
      onPointerLeave={() => look.hold(false)}
      onFocus={() => look.hold(true)}
      onBlur={() => look.hold(false)}
      onKeyDown={look.close}
    >
      <header className={styles.head}>
        <h2>{text.group.name}</h2>
        <Pagers {...props} />
      </header>
      {group ? (
        <Body {...props} group={group} look={look} quantity={quantity} onQuantity={setQuantity} />
      ) : (
        <>
          {props.recorded ? (
            <RecordedGroup {...props} />
          ) : (
            <p className={styles.empty}>{text.group.empty(props.steps, props.viewed)}</p>
          )}
          {props.steps > 0 && props.viewed === null && props.onRebuild && (
            <Button size="compact-sm" variant="default" data-testid="group-rebuild" onClick={props.onRebuild}>
              {text.token.rebuild(props.steps)}
            </Button>
          )}
        </>
      )}
    </section>
  );
}
