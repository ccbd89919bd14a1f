/** @file The difficulty profile: its progress, its figures, and the advice. */
import { Button } from '@mantine/core';
import { problemWords } from './words.ts';
import styles from './Problems.module.css';

const words = problemWords.profile;

export interface ProfileView {
  /** Base, task and settings that it is of. */
  readonly of: string;
  readonly outlook: string;
  readonly sentence: string;
  /** Names and values of the figures. */
  readonly lines: readonly (readonly [string, string])[];
  readonly reasons: readonly string[];
  /** Sets the recommended settings; null where the settings are these already. */
  readonly offer: { readonly label: string; readonly onTake: () => void } | null;
}

export interface ProfilePanelProps {
  readonly profile: ProfileView | null;
  readonly running: boolean;
  /** Completions so far, once there are any. */
  readonly progress: { readonly done: number; readonly total: number } | null;
  readonly problem: string | null;
  readonly onStart: () => void;
  readonly onStop: () => void;
}

function Figures({ profile }: { readonly profile: ProfileView }) {
  return (
    <>
      <p>{profile.of}</p>
      <p className={styles.sentence} data-testid="profile-sentence" data-outlook={profile.outlook}>
        {profile.sentence}
      </p>
      <dl className={styles.facts} data-testid="profile-figures">
        {profile.lines.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd data-fact={name}>{value}</dd>
          </div>
        ))}
      </dl>
      {profile.reasons.length > 0 && <p>{`${words.recommended}: ${profile.reasons.join('; ')}.`}</p>}
    </>
  );
}

export function ProfilePanel({ profile, running, progress, problem, onStart, onStop }: ProfilePanelProps) {
  const { offer } = profile ?? {};
  return (
    <div className={styles.box} role="group" aria-label={words.label} data-testid="profile">
      <span>{words.label}</span>
      {!profile && !running && <p>{words.about}</p>}
      {running && progress && (
        <progress className={styles.bar} max={progress.total} value={progress.done} aria-label={words.label} />
      )}
      <p role="status" className={styles.status}>
        {running ? (progress ? words.progress(progress.done, progress.total) : words.opening) : ''}
      </p>
      {profile && !running && <Figures profile={profile} />}
      {problem !== null && (
        <p className={styles.problem} role="alert" data-testid="profile-problem">
          {problem}
        </p>
      )}
      <div className={styles.actions}>
        {running ? (
          <Button size="compact-xs" variant="default" data-testid="profile-stop" onClick={onStop}>
            {words.stop}
          </Button>
        ) : (
          <Button size="compact-xs" variant="default" data-testid="profile-start" onClick={onStart}>
            {profile ? words.again : words.start}
          </Button>
        )}
        {offer && !running && (
          <Button
            size="compact-xs"
            variant="default"
            data-testid="profile-take"
            classNames={{ root: styles.offer ?? '', label: styles.offerLabel ?? '' }}
            onClick={offer.onTake}
          >
            {offer.label}
          </Button>
        )}
      </div>
    </div>
  );
}
