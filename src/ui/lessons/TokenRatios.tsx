/** @file The tokens of a group with their probabilities before and after a step, ratio, push, and the limits of the clip. */
import { formatHundredths, formatShare, formatSigned } from '../format.ts';
import { tokenLook } from '../inspector/tokenLook.ts';
import { keyOfPath, keysOf } from '../river/tree.ts';
import type { TravellerView, UpdateView } from '../river/view.ts';
import { lessonWords } from './words.ts';
import styles from './Lessons.module.css';

const words = lessonWords.tokens;

interface TokenRatiosProps {
  readonly update: UpdateView;
  /** Least and largest ratio up to which the clip lets a push through; null for an algorithm without them. */
  readonly clip: readonly [number, number] | null;
}

interface TokenRow {
  readonly key: string;
  readonly text: string;
  readonly before: number;
  readonly after: number;
  readonly push: number;
}

/** The tokens of a completion, each with its probability after those before it. */
function rowsOf({ river }: UpdateView, { tokenIds, tokens, tokenAdvantages }: TravellerView): TokenRow[] {
  const keys = keysOf(river.nodes);
  const probabilities = (length: number) => {
    const [before = Number.NaN, after = before] =
      river.nodes[keys.indexOf(keyOfPath(tokenIds.slice(0, length)))]?.probabilities ?? [];
    return { before, after };
  };
  return tokenIds.map((_, at) => {
    const [from, to] = [probabilities(at), probabilities(at + 1)];
    return {
      key: String(at),
      text: river.nodes[keys.indexOf(keyOfPath(tokenIds.slice(0, at + 1)))]?.kind === 'end' ? '' : (tokens[at] ?? ''),
      before: to.before / from.before,
      after: to.after / from.after,
      push: tokenAdvantages[at] ?? 0,
    };
  });
}

/** Whether the clip ends the push on a token: its ratio is beyond a limit in the direction of the push. */
const isBeyond = (ratio: number, push: number, clip: TokenRatiosProps['clip']): boolean =>
  clip !== null && ((push > 0 && ratio > clip[1]) || (push < 0 && ratio < clip[0]));

function Answer({ update, clip, answer }: TokenRatiosProps & { readonly answer: TravellerView }) {
  return (
    <tbody translate="no">
      <tr>
        <th colSpan={5} scope="rowgroup">
          {words.answer(answer.text, answer.correct ? words.right : words.wrong)}
        </th>
      </tr>
      {rowsOf(update, answer).map(({ key, text, before, after, push }) => {
        const beyond = isBeyond(after / before, push, clip);
        return (
          <tr key={key} data-beyond={beyond}>
            <th scope="row">
              <code>{text === '' ? words.end : tokenLook(text).shown}</code>
            </th>
            <td>{formatSigned(push)}</td>
            <td>{formatShare(before)}</td>
            <td>{formatShare(after)}</td>
            <td>{beyond ? `${formatHundredths(after / before)} ${words.beyond}` : formatHundredths(after / before)}</td>
          </tr>
        );
      })}
    </tbody>
  );
}

export function TokenRatios({ update, clip }: TokenRatiosProps) {
  return (
    <table className={styles.tokens} data-testid="token-ratios">
      <caption>{clip ? words.clip(formatHundredths(clip[0]), formatHundredths(clip[1])) : words.noClip}</caption>
      <thead>
        <tr>
          {[words.token, words.push, words.before, words.after, words.ratio].map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      {update.completions.map((answer, at) => (
        <Answer key={at} update={update} clip={clip} answer={answer} />
      ))}
    </table>
  );
}
