/** @file The bar of the river: its prompt, film or update, and the phases of the update. */
import { ActionIcon, Button, SegmentedControl } from '@mantine/core';
import { Icon } from '../Icon.tsx';
import type { Playback } from './playback.ts';
import { phases, type RiverView } from './view.ts';
import { riverWords as words } from './words.ts';
import styles from './River.module.css';

export function Problem({ river }: { readonly river: RiverView }) {
  return (
    <dl className={styles.problem}>
      <div>
        <dt>{words.prompt}</dt>
        <dd>
          <code translate="no">{river.prompt}</code>
        </dd>
      </div>
      {river.answer !== null && river.answer !== '' && (
        <div>
          <dt>{words.answer}</dt>
          <dd>
            <code translate="no">{river.answer}</code>
          </dd>
        </div>
      )}
    </dl>
  );
}

/** Back, forward, and the phases between. */
export function Phases({ playback }: { readonly playback: Playback }) {
  const { place, last, go, playing, setPlaying } = playback;
  return (
    <div className={styles.steps} role="group" aria-label={words.phasesName}>
      <Arrow name="previous" label={words.back} off={place === 0} onClick={() => go(place - 1)} testId="river-back" />
      <ol>
        {phases.map((phase, at) => (
          <li key={phase}>
            <button
              type="button"
              aria-current={place === at ? 'step' : undefined}
              data-testid={`river-phase-${phase}`}
              onClick={() => go(at)}
            >
              <b>{at + 1}</b>
              <span>{words.phaseNames[phase]}</span>
            </button>
          </li>
        ))}
      </ol>
      <Arrow
        name="next"
        label={words.forward}
        off={place === last}
        onClick={() => go(place + 1)}
        testId="river-forward"
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={playing ? words.pause : words.play}
        title={playing ? words.pause : words.play}
        onClick={() => setPlaying(!playing)}
      >
        <Icon name={playing ? 'pause' : 'play'} />
      </ActionIcon>
    </div>
  );
}

interface ArrowProps {
  readonly name: 'previous' | 'next';
  readonly label: string;
  /** A button that is off keeps the focus. */
  readonly off: boolean;
  readonly onClick: () => void;
  readonly testId: string;
}

function Arrow({ name, label, off, onClick, testId }: ArrowProps) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={label}
      title={label}
      aria-disabled={off}
      data-testid={testId}
      onClick={() => !off && onClick()}
    >
      <Icon name={name} />
    </ActionIcon>
  );
}

interface ModesProps {
  readonly playback: Playback;
  readonly hasUpdate: boolean;
  readonly onPin: (() => void) | null;
}

/** Film or update, and the way from an update's prompt to its film. */
export function Modes({ playback, hasUpdate, onPin }: ModesProps) {
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label={words.viewsName}
        title={hasUpdate ? undefined : words.noUpdate}
        value={playback.mode}
        data={[
          { value: 'film', label: words.views.film },
          { value: 'update', label: words.views.update, disabled: !hasUpdate },
        ]}
        onChange={(value) => playback.setMode(value === 'update' ? 'update' : 'film')}
      />
      {onPin && (
        <Button size="compact-xs" variant="default" title={words.pinHint} onClick={onPin}>
          {words.pin}
        </Button>
      )}
    </>
  );
}

interface ViewProps {
  readonly isTable: boolean;
  readonly onTable: (on: boolean) => void;
  readonly isFolded: boolean;
  readonly onFold: (on: boolean) => void;
}

export function ViewButtons({ isTable, onTable, isFolded, onFold }: ViewProps) {
  return (
    <div className={styles.views}>
      {!isFolded && (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={isTable ? words.drawing : words.table}
          title={isTable ? words.drawing : words.table}
          data-testid="river-as-table"
          onClick={() => onTable(!isTable)}
        >
          <Icon name={isTable ? 'chart' : 'table'} />
        </ActionIcon>
      )}
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-expanded={!isFolded}
        aria-label={isFolded ? words.unfold : words.fold}
        title={isFolded ? words.unfold : words.fold}
        data-testid="river-fold"
        onClick={() => onFold(!isFolded)}
      >
        <Icon name={isFolded ? 'down' : 'up'} />
      </ActionIcon>
    </div>
  );
}
