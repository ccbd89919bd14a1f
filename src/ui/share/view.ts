/** @file The data of the share dialog. */

export const shareLevels = ['class', 'student', 'lab'] as const;
export type ShareLevel = (typeof shareLevels)[number];

/** Names of the parts that the receiver of a link sees, by their place on the page. */
export interface PreviewView {
  /** In the large type of a presentation. */
  readonly isLarge: boolean;
  readonly left: readonly string[];
  readonly middle: readonly string[];
  readonly right: readonly string[];
}
