/**
 * @file The data that scenes are drawn from, and their names for screen readers; the tasks' descriptions fit these
 * shapes.
 */
import { text } from '../text.ts';

export interface StepsView {
  readonly kind: 'steps';
  readonly steps: readonly { readonly label: string; readonly written: string; readonly expected?: string }[];
}

export interface StringsView {
  readonly kind: 'strings';
  readonly given: readonly { readonly label: string; readonly text: string }[];
  readonly expected: string;
  readonly written: string;
}

export interface GridView {
  readonly kind: 'grid';
  readonly cells: readonly (readonly ('ice' | 'hole' | 'start' | 'goal')[])[];
  readonly path: readonly (readonly [number, number])[];
  readonly ending: 'goal' | 'hole' | 'elsewhere' | 'malformed';
}

export type SceneView = StepsView | StringsView | GridView;

/** Longer texts are cut in the drawing; the completion itself is shown above it. */
const LONGEST = 28;

export const shortened = (word: string): string => (word.length > LONGEST ? `${word.slice(0, LONGEST - 1)}…` : word);

/** The width of a drawing that scales with the font size; `width` in its own units, sixteen per em. */
export const inLetters = (width: number) => ({ width: `${(width / 16).toFixed(3)}rem` });

/** Number of places at which two strings have the same character. */
export const inPlace = (written: string, expected: string): number =>
  [...written].filter((character, i) => character === expected.charAt(i)).length;

/** The content of a scene in a sentence. */
export function sceneName(scene: SceneView): string {
  if (scene.kind === 'grid') return text.scenes.grid(scene.cells.length, scene.path.length - 1, scene.ending);
  if (scene.kind === 'strings')
    return text.scenes.strings(scene.expected, shortened(scene.written), inPlace(scene.written, scene.expected));
  return scene.steps
    .map(({ label, written, expected }) => text.scenes.step(label, shortened(written), expected))
    .join('; ');
}
