/** @file The messages about keeping runs, wired to the library. */
import { useState } from 'react';
import {
  BrokenMessage,
  ElsewhereMessage,
  ForeignMessage,
  FullMessage,
  OfferMessage,
  ProblemMessage,
  RefusedMessage,
  ReplayMessage,
  UnloadedMessage,
} from '../../ui/runs/StorageMessage.tsx';
import { codeOf } from '../storage/schema.ts';
import type { Library, LibraryState } from '../stores/library.ts';
import { expendable } from '../stores/libraryState.ts';
import type { RunState } from '../stores/runStore.ts';
import type { Session } from '../stores/session.ts';
import { useStore } from '../useSampled.ts';

const all = (state: LibraryState) => state;
const keyOf = (state: RunState) => state.key;
const replayOf = (state: RunState) => state.replay;
const replayingOf = (state: RunState) => state.replaying;
const isNewOf = (state: RunState) => state.step === 0;

export function RunMessages({ session, library }: { readonly session: Session; readonly library: Library }) {
  const state = useStore(library, all);
  const { status, elsewhere, foreign, offer, problem, saved } = state;
  const key = useStore(session.run, keyOf);
  const replay = useStore(session.run, replayOf);
  const isReplaying = useStore(session.run, replayingOf);
  const isNew = useStore(session.run, isNewOf);
  const savedSteps = saved?.id === key ? saved.steps : null;
  const [read, setRead] = useState(false);
  return (
    <>
      {status === 'refused' && !read && <RefusedMessage onDismiss={() => setRead(true)} />}
      {status === 'unloaded' && <UnloadedMessage onRetry={() => void library.start()} />}
      {status === 'broken' && <BrokenMessage saved={savedSteps} onAgain={() => void library.again()} />}
      {status === 'full' && (
        <FullMessage
          saved={savedSteps}
          expendable={expendable(state, key)}
          isAlone={state.runs.every(({ id }) => id === key)}
          onFree={(ids) => void library.makeRoom(ids)}
        />
      )}
      {elsewhere && (
        <ElsewhereMessage
          run={elsewhere}
          onTake={() => void library.fork(elsewhere.id, elsewhere.steps)}
          onDismiss={library.dismiss}
        />
      )}
      {foreign && (
        <ForeignMessage
          name={foreign.run.name}
          code={codeOf(foreign.run.config)}
          onAgree={() => void library.agree()}
          onDismiss={library.dismiss}
        />
      )}
      {offer && isNew && (
        <OfferMessage
          run={offer}
          total={offer.config.maxSteps}
          onTake={() => void library.goOn(offer.id)}
          onDismiss={library.dismiss}
        />
      )}
      {problem !== null && <ProblemMessage problem={problem} onDismiss={library.dismiss} />}
      {replay && <ReplayMessage replay={replay} busy={isReplaying} onDismiss={() => session.run.dismissReplay()} />}
    </>
  );
}
