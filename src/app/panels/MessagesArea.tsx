/** @file Messages above the charts: errors, loading, ignored parts of the link. */
import type { TrainConfig } from '../../rl/config/config.ts';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { LoadingLine } from '../../ui/LoadingLine.tsx';
import { SilentMessage } from '../../ui/SilentMessage.tsx';
import { UpdateMessage } from '../../ui/UpdateMessage.tsx';
import { NoticeList } from '../../ui/NoticeList.tsx';
import { text } from '../../ui/text.ts';
import type { Comparison, ComparisonState } from '../stores/comparison.ts';
import type { DataFiles } from '../stores/dataFiles.ts';
import type { RolloutFiles } from '../stores/rolloutFiles.ts';
import type { RunState } from '../stores/runStore.ts';
import type { Session } from '../stores/session.ts';
import { HINT } from '../stores/silence.ts';
import type { SettingsState } from '../stores/settingsState.ts';
import type { Library, LibraryState } from '../stores/library.ts';
import { dismissUpdate, offline } from '../offline.ts';
import { useStore } from '../useSampled.ts';
import { LinkedObjective } from './LinkedObjective.tsx';
import { LinkedTerms } from './LinkedTerms.tsx';
import { RunMessages } from './RunMessages.tsx';
import { NeededData } from './ProblemsArea.tsx';
import { NeededFile } from './StoreArea.tsx';

const errorOf = (state: RunState) => state.error;
const goesOnAtOf = (state: RunState) => (state.step > 0 ? state.step : null);
const configOf = (state: RunState) => state.config;
const statusOf = (state: RunState) => state.status;
const loadingOf = (state: RunState) => state.loading;
const silentOf = (state: RunState) => state.silent;
const noticesOf = (state: SettingsState) => state.notices;
/** Between the runs of a comparison everything is loaded already; a loading line would only shift the charts. */
const isBetweenOf = ({ phase, plan }: ComparisonState) => phase === 'going' && (plan?.runs.length ?? 0) > 1;
const isOpeningOf = (state: LibraryState) => state.status === 'opening';
/** A tab that returns to a run reads the storage before it loads anything. */
const restoring = { label: text.loading.kept, loadedBytes: 0, totalBytes: null };
const starting = { label: text.loading.start, loadedBytes: 0, totalBytes: null };

export interface MessagesAreaProps {
  readonly session: Session;
  readonly library: Library;
  readonly files: RolloutFiles;
  readonly data: DataFiles;
  readonly comparison: Comparison;
  readonly onShowTerm: (id: string) => void;
}

/** The file that a failed run asks for. */
function missingFile(
  { files, data }: Pick<MessagesAreaProps, 'files' | 'data'>,
  code: string,
  { rolloutFile, task }: Pick<TrainConfig, 'rolloutFile' | 'task'>,
) {
  if (code === 'data-file') return <NeededData data={data} needed={task} />;
  return code === 'rollout-file' && rolloutFile !== '' ? <NeededFile files={files} needed={rolloutFile} /> : null;
}

export function MessagesArea({ session, library, files, data, comparison, onShowTerm }: MessagesAreaProps) {
  const error = useStore(session.run, errorOf);
  const config = useStore(session.run, configOf);
  const goesOnAt = useStore(session.run, goesOnAtOf);
  const loading = useStore(session.run, loadingOf);
  const status = useStore(session.run, statusOf);
  const isLoading = status === 'loading';
  const isOpening = useStore(library, isOpeningOf);
  const isBetween = useStore(comparison, isBetweenOf);
  const isSilent = useStore(session.run, silentOf);
  const notices = useStore(session.settings, noticesOf);
  const { update } = useStore(offline);
  return (
    <>
      {error && (
        <ErrorPanel
          error={error}
          goesOnAt={goesOnAt}
          onGoOn={session.canGoOn(error) ? session.goOn : null}
          onReopen={() => void session.reopen()}
          onStartOver={() => void session.open()}
          way={config && missingFile({ files, data }, error.code, config)}
        />
      )}
      {isSilent && <SilentMessage seconds={HINT} onStop={() => session.run.lose(text.silence.stopped)} />}
      <RunMessages session={session} library={library} />
      {status === 'empty' && isOpening && <LoadingLine loading={restoring} hint={text.loading.keptHint} />}
      {isLoading && !isBetween && <LoadingLine loading={loading ?? starting} />}
      <LinkedTerms session={session} onShow={onShowTerm} />
      <LinkedObjective session={session} />
      {update && <UpdateMessage onUpdate={update} onDismiss={dismissUpdate} />}
      <NoticeList notices={notices} onDismiss={session.settings.dismissNotices} />
    </>
  );
}
