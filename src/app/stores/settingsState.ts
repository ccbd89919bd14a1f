/** @file The settings of the next run as plain data. */
import type { TrainConfig } from '../../rl/config/config.ts';
import type { OfferedTerm } from '../rewardLink.ts';

export interface SettingsState {
  readonly preset: string;
  readonly config: TrainConfig;
  /** Why the last value was refused, by knob or choice name, `reward.<term>` or `settings.<id>`. */
  readonly errors: Readonly<Record<string, string>>;
  /** Parts of the link that were ignored, one sentence each. */
  readonly notices: readonly string[];
  /** Text in the objective editor, where it differs from the objective in use. */
  readonly draft: ObjectiveDraft | null;
  /** Reward terms that the link brought and the user has not accepted, by id. */
  readonly offered: Readonly<Record<string, OfferedTerm>>;
  /** As `draft.question`, about those terms. */
  readonly termsQuestion?: LinkQuestion;
  /** Id of the data-file task that the link names and that is not open here. */
  readonly awaited: string | null;
}

/** The button that waits for an answer about a part of the link; `answered` once the run is to go without it. */
export type LinkQuestion = 'train' | 'step' | 'answered' | undefined;

export interface ObjectiveDraft {
  readonly text: string;
  /** Numbers that came with it, by setting id. */
  readonly numbers: Readonly<Record<string, number>>;
  /** It came by a link: no run may train with it before the user has seen and accepted it. */
  readonly fromLink: boolean;
  readonly question?: LinkQuestion;
}

export interface SettingsStart {
  readonly preset: string;
  readonly config: TrainConfig;
  readonly notices: readonly string[];
  /** An objective that came by a link. */
  readonly draft?: ObjectiveDraft | null;
  readonly offered?: SettingsState['offered'];
  readonly awaited?: SettingsState['awaited'];
}
