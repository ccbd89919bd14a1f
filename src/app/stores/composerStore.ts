/** @file The reward composer: whether it is open, and the draft of a term from writing to use. Knows no React. */
import type { ReadableStore } from '../../lib/readableStore.ts';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { exampleTerms } from '../../rl/rewards/examples.ts';
import type { TermShaping } from '../../rl/rewards/composition.ts';
import type { DraftView } from '../../ui/rewards/types.ts';
import { text } from '../../ui/text.ts';
import { nameProblem } from './rewardSettings.ts';
import type { SettingsStore } from './settingsStore.ts';
import { type Trial, type TrialParts, tryTerm } from './termTrial.ts';

interface Draft {
  readonly id: string;
  /** Its name in the settings, or null for a new term. */
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

export interface Composer extends ReadableStore<ComposerState> {
  open(): void;
  close(): void;
  /** Begins a new term, from an example or empty. */
  start(example: string | null): void;
  edit(id: string): void;
  /** Opens a term of the link as a draft; this does not run it. */
  show(id: string): void;
  change(change: Partial<Pick<Draft, 'id' | 'code' | 'onFailure'>>): void;
  attempt(): Promise<void>;
  use(): void;
  /** Drops the draft, and with it the offer of the link if it came from one. */
  cancel(): void;
  remove(id: string): void;
  shape(id: string, shaping: TermShaping): void;
  view(): DraftView | null;
}

/** Name of a new term without an example. */
const EMPTY_NAME = 'own';

const closed: ComposerState = { isOpen: false, draft: null, refused: null };

/** Why the draft cannot be used, or null. */
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

/** The actions that open or close the composer. */
function openings(store: StoreApi<ComposerState>, settings: SettingsStore): Pick<Composer, Opening> {
  const begin = (draft: Omit<Draft, 'trial' | 'busy'>) =>
    store.setState({ isOpen: true, refused: null, draft: { ...draft, trial: null, busy: false } });
  return {
    // A draft survives closing.
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
      const { id, code, onFailure, before, offeredAs, weight, shaping } = draft;
      settings.useTerm(id, { code, onFailure }, { before, offeredAs, weight, shaping });
      store.setState({ draft: null, refused: null });
    },
    cancel() {
      const { draft } = store.getState();
      if (!draft) return;
      if (draft.offeredAs !== null) settings.declineTerm(draft.offeredAs);
      store.setState({ draft: null, refused: null });
    },
    remove: settings.removeTerm,
    shape: (id, shaping) => store.setState({ refused: settings.shapeTerm(id, shaping) }),
    view() {
      const { draft } = store.getState();
      return draft && viewOf(draft, refusalOf(draft));
    },
  };
}
