/** @file Own problems and the difficulty profile, wired to the settings, the data files and the run. */
import { useEffect } from 'react';
import { knobs } from '../../rl/config/knobs.ts';
import { adviceOf, profileLines } from '../../rl/run/profileAdvice.ts';
import { isOwnTask, type OwnTask } from '../../tasks/own/ownTask.ts';
import type { Task } from '../../tasks/task.ts';
import { FileButton } from '../../ui/FileButton.tsx';
import { OwnProblems } from '../../ui/problems/OwnProblems.tsx';
import { ProfilePanel, type ProfileView } from '../../ui/problems/ProfilePanel.tsx';
import { type CheckerName, problemWords as words } from '../../ui/problems/words.ts';
import type { DataFiles, DataFilesState, KnownData } from '../stores/dataFiles.ts';
import type { Profiles, ProfilesState } from '../stores/profiles.ts';
import type { Session } from '../stores/session.ts';
import type { SettingsState } from '../stores/settingsState.ts';
import { useStore } from '../useSampled.ts';

const all = (state: DataFilesState) => state;
const whole = (state: ProfilesState) => state;
const configOf = (state: SettingsState) => state.config;

export interface ProblemsAreaProps {
  readonly session: Session;
  readonly data: DataFiles;
  readonly profiles: Profiles;
  readonly tasks: readonly Task[];
}

function fileOf({ own: { checker, task } }: OwnTask, known: KnownData | undefined) {
  return {
    facts: known?.facts ?? [],
    tried: known?.tried ?? '',
    passed: known === undefined || known.trial.passed === known.trial.tried,
    kept: known?.kept ?? true,
    checker: task ? null : { name: checker.id, parameter: checker.parameter ?? '' },
  };
}

const choiceOf = (name: CheckerName, parameter: string) =>
  name === 'js' ? { code: parameter } : { words: name === 'regex' ? `regex:${parameter}` : name };

/** The offer of the recommended settings, as far as they differ from the current ones. */
function offerOf(session: Session, config: SettingsState['config'], advice: ReturnType<typeof adviceOf>) {
  const changes = [
    { knob: 'difficulty', value: advice.difficulty, label: words.profile.difficulty },
    { knob: 'numGenerations', value: advice.groupSize, label: words.profile.groupSize },
    { knob: 'temperature', value: advice.temperature, label: words.profile.temperature },
  ] as const;
  const missing = changes.filter(({ knob, value }) => config[knob] !== value && value >= knobs[knob].min);
  if (missing.length === 0) return null;
  return {
    label: words.profile.take(missing.map(({ label, value }) => label(value))),
    onTake: () => missing.forEach(({ knob, value }) => session.settings.setKnob(knob, value)),
  };
}

function viewOf(
  { profile, policy }: NonNullable<ProfilesState['newest']>,
  session: Session,
  config: SettingsState['config'],
  tasks: readonly Task[],
): ProfileView {
  const advice = adviceOf(profile);
  const title = tasks.find(({ id }) => id === profile.task)?.title ?? profile.task;
  return {
    of: words.profile.of(policy, title, profile.difficulty, profile.temperature),
    outlook: advice.outlook,
    sentence: advice.sentence,
    lines: profileLines(profile),
    reasons: advice.reasons,
    offer: config.task === profile.task ? offerOf(session, config, advice) : null,
  };
}

export function ProblemsArea({ session, data, profiles, tasks }: ProblemsAreaProps) {
  const { known, reading, problem } = useStore(data, all);
  const config = useStore(session.settings, configOf);
  const { running, progress, newest, problem: failed } = useStore(profiles, whole);
  const task = tasks.find(({ id }) => id === config.task);
  const own = task && isOwnTask(task) ? task : null;
  const ownId = own?.id;
  useEffect(() => {
    if (ownId !== undefined) void data.look(ownId);
  }, [data, ownId]);
  return (
    <>
      <OwnProblems
        file={own && fileOf(own, known[own.id])}
        reading={reading}
        problem={problem}
        onFile={(file) => data.choose(file)}
        onChecker={(name, parameter) => void data.check(choiceOf(name, parameter))}
      />
      <ProfilePanel
        profile={newest && viewOf(newest, session, config, tasks)}
        running={running}
        progress={progress}
        problem={failed}
        onStart={() => void profiles.start()}
        onStop={() => profiles.stop()}
      />
    </>
  );
}

/** Shown with the failure of a run whose data file is missing: lets the user open it. */
export function NeededData({ data, needed }: Pick<ProblemsAreaProps, 'data'> & { readonly needed: string }) {
  const { reading, problem } = useStore(data, all);
  return (
    <>
      {problem !== null && <p role="alert">{problem}</p>}
      <FileButton
        label={words.chooseNeeded}
        testId="needed-data"
        accept={words.accept}
        disabled={reading !== null}
        look={{}}
        onFile={(file) => data.choose(file, needed)}
      />
    </>
  );
}
