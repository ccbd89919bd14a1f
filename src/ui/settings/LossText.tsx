/** @file The loss of each token as in the editor of objectives; a name that has a field leads to it. */
import { text } from '../text.ts';
import styles from './Settings.module.css';

export interface LossTextProps {
  readonly title: string;
  readonly loss: string;
  /** The definition of A, where the algorithm has its own. */
  readonly advantage?: string | undefined;
  /** Label of the field with this id, for every name with a field. */
  readonly fields: Readonly<Record<string, string>>;
  /** One sentence on every name. */
  readonly words: Readonly<Record<string, string>>;
  /** Called when a name begins or ceases to be pointed at or focused; a name then leads nowhere. */
  readonly onPoint?: ((name: string, on: boolean) => void) | undefined;
}

/** Opens the fold around the field and puts the focus on it. */
function goToField(id: string): void {
  const field = [...document.querySelectorAll<HTMLElement>('[data-field]')].find((one) => one.dataset['field'] === id);
  const fold = field?.closest('details');
  if (fold) fold.open = true;
  field?.focus();
}

/** Handlers of a part that is pointed at by pointer or keyboard. */
export const pointing = (onPoint: NonNullable<LossTextProps['onPoint']>, name: string) => ({
  onPointerEnter: () => onPoint(name, true),
  onPointerLeave: () => onPoint(name, false),
  onFocus: () => onPoint(name, true),
  onBlur: () => onPoint(name, false),
});

/** A name leads to its field, or it reports that it is pointed at. */
const acting = (piece: string, label: string, onPoint: LossTextProps['onPoint']) =>
  onPoint
    ? {
        title: label,
        ...pointing(onPoint, piece),
      }
    : { title: text.settings.goTo(label), onClick: () => goToField(piece) };

/** A line of the text; comments have no names. */
function Line({
  line,
  fields,
  words,
  onPoint,
}: { readonly line: string } & Pick<LossTextProps, 'fields' | 'words' | 'onPoint'>) {
  if (line.startsWith('#')) return <span className={styles.lossComment}>{`${line}\n`}</span>;
  return (
    <span translate="no">
      {line.split(/([\p{L}_]\w*)/u).map((piece, index) => {
        const label = Object.hasOwn(fields, piece) ? fields[piece] : undefined;
        if (label !== undefined)
          return (
            <button
              key={index}
              type="button"
              className={styles.symbol}
              data-symbol={piece}
              {...acting(piece, label, onPoint)}
            >
              {piece}
            </button>
          );
        const about = Object.hasOwn(words, piece) ? words[piece] : undefined;
        return about === undefined ? (
          piece
        ) : (
          <span key={index} title={about}>
            {piece}
          </span>
        );
      })}
      {'\n'}
    </span>
  );
}

export function LossText({ title, loss, advantage, ...rest }: LossTextProps) {
  return (
    <div
      className={styles.formula}
      role="group"
      aria-label={text.settings.lossOf(title)}
      data-testid="algorithm-formula"
    >
      <p className={styles.lossHead}>{text.settings.lossOf(title)}</p>
      <pre className={styles.loss} translate="no">
        {loss.split('\n').map((line, index) => (
          <Line key={index} line={line} {...rest} />
        ))}
        {advantage}
      </pre>
    </div>
  );
}
