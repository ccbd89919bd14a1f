/** @file Colours and marks of the river: verdicts by colour, sign and shape; pushes by colour and arrow. */
import { tokenLook } from '../inspector/tokenLook.ts';
import { sharesOf, type DrawnNode } from './tree.ts';
import { riverWords as words } from './words.ts';

const [RIGHT, PLAIN] = ['var(--reward)', 'var(--other-soft)'];

export type Verdict = 'right' | 'wrong' | 'cut' | 'open' | 'gathered';

export function verdictOf({ kind, correct }: DrawnNode): Verdict {
  if (kind === 'gathered' || kind === 'inner') return 'gathered';
  return kind === 'cut' ? 'cut' : correct === null ? 'open' : correct ? 'right' : 'wrong';
}

export const verdictText: Readonly<Record<Verdict, string>> = {
  right: words.right,
  wrong: words.wrong,
  cut: words.cut,
  open: words.notJudged,
  gathered: words.gathered,
};

/** The colour of water: greener where more of the answers after it are right; gathered ones do not count. */
export function waterColor(node: DrawnNode, policy: number): string {
  const { right, wrong } = sharesOf(node, policy);
  const share = right + wrong > 0 ? Math.round((100 * right) / (right + wrong)) : 0;
  return `color-mix(in oklab, ${RIGHT} ${share}%, ${PLAIN})`;
}

export const plainWater = PLAIN;

/** The colour of a signed number. */
export const signColor = (value: number): string =>
  value > 0 ? 'var(--positive)' : value < 0 ? 'var(--negative)' : 'var(--ink-soft)';

/** A token's text cut to some characters. */
export function shortToken(text: string, characters: number): string {
  const { shown } = tokenLook(text);
  return shown.length <= characters ? shown : characters > 1 ? `${shown.slice(0, characters - 1)}…` : '';
}
