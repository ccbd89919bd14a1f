/**
 * @file The reward composer: whether it is open, and the term that is being written, tried and put to use. Knows no
 * React.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { TrainConfig } from '../../rl/config/config.ts';
import { exampleTerms } from '../../rl/rewards/examples.ts';
import type { TermShaping } from '../../rl/rewards/composition.ts';
import type { DraftView } from '../../ui/rewards/types.ts';
import { text } from '../../ui/text.ts';
import { nameProblem, withOwnTerm, withoutTerm, withShaping } from './rewardSettings.ts';
import type { SettingsStore } from './settingsStore.ts';
import { type Trial, type TrialParts, tryTerm } from './termTrial.ts';

interface Draft {
  readonly id: string;
  /** Its name in the settings, or null where it is new. */
  readonly before: string | null;
  readonly code: string;
  readonly onFailure: 'stop' | 'exclude';
  /** Its name in the link that brought it, or null. */
  readonly offeredAs: string | null;
  readonly weight?: number;
  readonly shaping?: TermShaping;
  readonly trial: Trial | null;
  readonly busy: boolean;
}

export interface ComposerState {
  readonly isOpen: boolean;
  readonly draft: Draft | null;
  readonly refused: string | null;
}

export interface Composer extends StoreApi<ComposerState> {
  open(): void;
  close(): void;
  /** A new term from an example, or with nothing written yet. */
  start(example: string | null): void;
  edit(id: string): void;
  /** A term that the link brought; this does not run it. */
  show(id: string): void;
  change(change: Partial<Pick<Draft, 'id' | 'code' | 'onFailure'>>): void;
  attempt(): Promise<void>;
  use(): void;
  /** Gives up what is being written; of a link's term, also the offer. */
  cancel(): void;
  remove(id: string): void;
  shape(id: string, shaping: TermShaping): void;
  view(): DraftView | null;
}

/** Of a term that has no example's name to begin with. */
const EMPTY_NAME = 'own';

const closed: ComposerState = { isOpen: false, draft: null, refused: null };

/** Why the draft cannot be used as it stands, or null. */
function refusal({ code, onFailure, trial }: Draft, nameRefusal: string | null): string | null {
  if (nameRefusal !== null) return nameRefusal;
  if (trial?.code !== code) return text.rewards.tryFirst;
  return trial.failure && onFailure === 'stop' ? text.rewards.stillFails : null;
}

function viewOf({ id, code, onFailure, offeredAs, trial, busy }: Draft, refused: string | null): DraftView {
  const current = trial?.code === code ? trial : null;
  return {
    id,
    code,
    onFailure,
    fromLink: offeredAs !== null,
    trial: current?.view ?? null,
    busy,
    problem: current?.failure ?? null,
    refusal: refused,
  };
}

type Opening = 'open' | 'close' | 'start' | 'edit' | 'show';

/** What opens the composer, each on another draft or on none. */
function openings(store: StoreApi<ComposerState>, settings: SettingsStore): Pick<Composer, Opening> {
  const begin = (draft: Omit<Draft, 'trial' | 'busy'>) =>
    store.setState({ isOpen: true, refused: null, draft: { ...draft, trial: null, busy: false } });
  return {
    // What was being written is still there.
    open: () => store.setState({ isOpen: true, refused: null }),
    close: () => store.setState({ isOpen: false, refused: null }),
    start(example) {
      if (example === null)
        return begin({ id: EMPTY_NAME, before: null, code: '', onFailure: 'stop', offeredAs: null });
      const found = exampleTerms.find(({ id }) => id === example);
      if (found)
        begin({
          id: found.id,
          before: null,
          code: found.code,
          onFailure: 'stop',
          offeredAs: null,
          weight: found.weight,
          shaping: found.shaping,
        });
    },
    edit(id) {
      const own = settings.getState().config.ownTerms[id];
      if (own) begin({ ...own, id, before: id, offeredAs: null });
    },
    show(id) {
      const offer = settings.getState().offered[id];
      if (!offer) return;
      const { own, ...rest } = offer;
      begin({ ...own, ...rest, id, before: null, offeredAs: id });
    },
  };
}

export function createComposer(parts: TrialParts): Composer {
  const { settings, tasks } = parts;
  const store = createStore<ComposerState>(() => closed);
  const patch = (change: Partial<Draft>) =>
    store.setState(({ draft }) => ({ draft: draft && { ...draft, ...change } }));
  const refusalOf = (draft: Draft) =>
    refusal(draft, nameProblem(settings.getState().config, tasks, draft.id, draft.before));
  /** Ends the draft with what it does to the configuration; an offer is then decided. */
  const decide = ({ offeredAs }: Draft, change: (config: TrainConfig) => TrainConfig) => {
    settings.setState(({ config, offered }) => ({
      config: change(config),
      offered: Object.fromEntries(Object.entries(offered).filter(([id]) => id !== offeredAs)),
    }));
    store.setState({ draft: null, refused: null });
  };

  return {
    ...store,
    ...openings(store, settings),
    change: patch,
    async attempt() {
      const { draft } = store.getState();
      if (!draft || draft.busy) return;
      patch({ busy: true });
      const trial = await tryTerm(draft.code, parts);
      patch({ busy: false, trial });
    },
    use() {
      const { draft } = store.getState();
      if (!draft || refusalOf(draft) !== null) return;
      const { id, code, onFailure, before, weight, shaping } = draft;
      decide(draft, (config) => withOwnTerm(config, id, { code, onFailure }, before, { weight, shaping }));
    },
    cancel() {
      const { draft } = store.getState();
      if (draft) decide(draft, (config) => config);
    },
    remove: (id) => settings.setState(({ config }) => ({ config: withoutTerm(config, id) })),
    shape(id, shaping) {
      const config = withShaping(settings.getState().config, id, shaping);
      if (typeof config !== 'string') settings.setState({ config });
      store.setState({ refused: typeof config === 'string' ? config : null });
    },
    view() {
      const { draft } = store.getState();
      return draft && viewOf(draft, refusalOf(draft));
    },
  };
}
