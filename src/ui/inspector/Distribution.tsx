/** @file The distribution that an opened token was drawn from, under the base and around the step. */
import { Button } from '@mantine/core';
import { formatNumber, formatShare } from '../format.ts';
import { text } from '../text.ts';
import type { PlaceView, PolicyNumbers } from '../types.ts';
import { tokenLook } from './tokenLook.ts';
import { TokenText } from './TokenText.tsx';
import styles from './Token.module.css';

const words = text.token;

type Policy = keyof PolicyNumbers;

function Bar({ share, of }: { readonly share: number; readonly of: Policy }) {
  return (
    <td className={styles.bar} data-of={of}>
      <i style={{ width: `${share * 100}%` }} aria-hidden="true" />
      <span translate="no" data-value={share}>
        {formatShare(share)}
      </span>
    </td>
  );
}

export interface PlacesProps {
  /** Null until the trainer has answered. */
  readonly places: readonly PlaceView[] | null;
  readonly error: string | null;
  readonly token: number;
  readonly step: number;
  /** Steps trained when the trainer answered. */
  readonly askedAt: number;
  readonly onAskAgain: () => void;
  readonly onRebuild: (() => void) | null;
}

type DistributionProps = Pick<PlacesProps, 'step' | 'askedAt' | 'onRebuild'> & { readonly place: PlaceView };

/** Explains the columns, so that the current policy is not mistaken for the policy of an older step. */
function Columns({ place: { entropy }, step, askedAt, onRebuild }: DistributionProps) {
  const { before } = entropy;
  if (before !== undefined) {
    return (
      <p
        className={styles.note}
      >{`${words.threeEntropies(formatNumber(entropy.base), formatNumber(before), formatNumber(entropy.now))} ${words.aroundStep(step)}`}</p>
    );
  }
  const isOlder = step < askedAt;
  return (
    <>
      <p
        className={styles.note}
        data-testid="token-no-before"
      >{`${words.entropies(formatNumber(entropy.base), formatNumber(entropy.now))} ${isOlder ? words.older(step, askedAt) : words.notHeld(step)}`}</p>
      {onRebuild && (
        <p className={styles.note}>
          <Button size="compact-xs" variant="default" data-testid="token-rebuild" onClick={onRebuild}>
            {words.rebuild(step)}
          </Button>
          <span>{` ${words.rebuildHint}`}</span>
        </p>
      )}
    </>
  );
}

function Distribution(props: DistributionProps) {
  const { place, step, askedAt } = props;
  const rest = (policy: Policy) =>
    Math.max(0, 1 - place.candidates.reduce((sum, candidate) => sum + (candidate[policy] ?? 0), 0));
  const hasBefore = place.entropy.before !== undefined;
  const columns: readonly Policy[] = hasBefore ? ['base', 'before', 'now'] : ['base', 'now'];
  const heads: Readonly<Record<Policy, string>> = {
    base: words.base,
    before: words.found(step),
    now: hasBefore ? words.left(step) : words.now(askedAt),
  };
  return (
    <>
      <table className={styles.distribution} data-testid="token-distribution">
        <thead>
          <tr>
            <th scope="col">{words.tokenHead}</th>
            {columns.map((of) => (
              <th key={of} scope="col">
                {heads[of]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {place.candidates.map((candidate, index) => (
            <tr key={index} data-sampled={candidate.sampled || undefined}>
              <th scope="row">
                <TokenText look={tokenLook(candidate.token, candidate.control)} />
                {candidate.sampled && <small>{` ${words.sampledHere}`}</small>}
              </th>
              {columns.map((of) => (
                <Bar key={of} share={candidate[of] ?? 0} of={of} />
              ))}
            </tr>
          ))}
          <tr className={styles.rest}>
            <th scope="row">{words.rest}</th>
            {columns.map((of) => (
              <Bar key={of} share={rest(of)} of={of} />
            ))}
          </tr>
        </tbody>
      </table>
      <Columns {...props} />
    </>
  );
}

export function Places({ places, error, token, step, askedAt, onAskAgain, onRebuild }: PlacesProps) {
  const place = places?.[token];
  return (
    <section aria-label={words.distribution}>
      <h4>
        <span>{words.distribution}</span>
        <Button size="compact-xs" variant="subtle" onClick={onAskAgain}>
          {words.askAgain}
        </Button>
      </h4>
      {error !== null && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
      {error === null && !place && (
        <p className={styles.note} role="status">
          {words.asking}
        </p>
      )}
      {place && <Distribution place={place} step={step} askedAt={askedAt} onRebuild={onRebuild} />}
    </section>
  );
}
