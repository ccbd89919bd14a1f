/** @file The dialog that builds comparisons and lists the kept ones, wired; loaded on demand. */
import { Button } from '@mantine/core';
import { useMemo } from 'react';
import type { TrainConfig } from '../../rl/config/config.ts';
import type { Task } from '../../tasks/task.ts';
import { AddArms, type GivenValues } from '../../ui/compare/AddArms.tsx';
import { ArmList } from '../../ui/compare/ArmList.tsx';
import { NumbersForm } from '../../ui/compare/NumbersForm.tsx';
import { compareWords as words } from '../../ui/compare/words.ts';
import { ModalDialog } from '../../ui/ModalDialog.tsx';
import { runColor } from '../chartSpecs.ts';
import type { PartsProps } from '../parts.ts';
import { secondsPerStep } from '../storage/lastNumbers.ts';
import type { ComparisonState } from '../stores/comparison.ts';
import { cellsOf, missingOf } from '../stores/comparisonPlan.ts';
import type { RunState } from '../stores/runStore.ts';
import type { SettingsState } from '../stores/settingsState.ts';
import { useStore } from '../useSampled.ts';
import { newestPace, totalOf } from './total.ts';
import { type Draft, draft, type DraftArm, emptyDraft, numbersOf, planOf, withArms } from './draft.ts';
import { differsFrom } from './differsFrom.ts';
import { isChoice, type Variant, variantsOf, variedSettings } from './varied.ts';
import styles from '../../ui/compare/Compare.module.css';

const all = <State,>(state: State) => state;
const keptOf = (state: ComparisonState) => state.kept;
const rowsOf = (state: RunState) => state.rows;
const fieldNames = ['seeds', 'firstSeed', 'steps'] as const;

export interface CompareDialogProps extends Pick<PartsProps, 'session' | 'library' | 'comparison' | 'tasks'> {
  readonly onClose: () => void;
}

/** Takes the new list, or answers why it is refused. */
function take(arms: readonly DraftArm[] | string): string | null {
  if (typeof arms === 'string') return arms;
  draft.setState({ arms });
  return null;
}

function Add({ settings, tasks }: { readonly settings: SettingsState; readonly tasks: readonly Task[] }) {
  const { preset, config } = settings;
  const varied = useMemo(() => variedSettings(config, tasks), [config, tasks]);
  const add = (variants: readonly Variant[]) => take(withArms(draft.getState().arms, variants, preset));
  const onAdd = (id: string, given: GivenValues) => {
    const setting = varied.find((one) => one.id === id);
    const variants = setting ? variantsOf(setting, config, given) : words.noOption;
    return typeof variants === 'string' ? variants : add(variants);
  };
  return (
    <AddArms
      varied={varied.map((one) =>
        isChoice(one)
          ? { ...one, options: one.options }
          : { ...one, hint: words.range(one.range.min, one.range.max, one.range.integer) },
      )}
      onAdd={onAdd}
      onAddPresent={() => add([{ title: words.presentArm, config }])}
    />
  );
}

function Numbers({
  built,
  config,
  session,
  library,
  comparison,
  onClose,
}: CompareDialogProps & {
  readonly built: Draft;
  readonly config: TrainConfig;
}) {
  const numbers = numbersOf(built, config);
  const plan = planOf(built, numbers);
  const { value: steps } = numbers.steps;
  const perStep = secondsPerStep(useStore(session.run, rowsOf)) ?? newestPace(library);
  return (
    <NumbersForm
      fields={fieldNames.map((name) => {
        const { shown, value } = numbers[name];
        return { name, shown, refusal: typeof value === 'string' ? value : null };
      })}
      total={totalOf(plan, typeof steps === 'number' ? steps : 0, perStep)}
      canStart={plan !== null}
      onType={(name, typed) => draft.setState({ [name]: typed })}
      onStart={() => {
        if (!plan) return;
        comparison.start(plan);
        draft.setState(emptyDraft);
        onClose();
      }}
    />
  );
}

function Kept({ comparison, onClose }: Pick<CompareDialogProps, 'comparison' | 'onClose'>) {
  const plans = useStore(comparison, keptOf);
  if (plans.length === 0) return null;
  return (
    <>
      <h3>{words.kept}</h3>
      <ul className={styles.list}>
        {plans.map((plan) => {
          const titles = plan.arms.map(({ title }) => title).join(', ');
          const count = cellsOf(plan).length;
          return (
            <li key={`${titles} ${plan.seeds.join(' ')}`} className={styles.kept} data-testid="kept-comparison">
              <span>{words.keptOf(titles, plan.seeds.length, count - missingOf(plan).length, count)}</span>
              <Button
                size="compact-sm"
                variant="default"
                aria-label={words.openTitle(titles)}
                onClick={() => {
                  void comparison.open(plan);
                  onClose();
                }}
              >
                {words.open}
              </Button>
              <Button
                size="compact-sm"
                variant="default"
                aria-label={words.forgetTitle(titles)}
                onClick={() => comparison.forget(plan)}
              >
                {words.forget}
              </Button>
            </li>
          );
        })}
      </ul>
    </>
  );
}

export function CompareDialog(props: CompareDialogProps) {
  const { session, comparison, tasks, onClose } = props;
  const settings = useStore(session.settings, all<SettingsState>);
  const built = useStore(draft, all<Draft>);
  const change = (arms: readonly DraftArm[]) => draft.setState({ arms });
  return (
    <ModalDialog
      wide
      title={words.title}
      close={words.close}
      testId="compare-dialog"
      closeTestId="compare-close"
      onClose={onClose}
    >
      <div className={styles.body}>
        <p className={styles.soft}>{words.about}</p>
        <h3>{words.arms}</h3>
        <ArmList
          arms={built.arms.map(({ title, config }, index) => ({
            title,
            color: runColor(index),
            differs: differsFrom(settings.config, config, tasks, words.same),
          }))}
          onRename={(index, title) => change(built.arms.with(index, { ...(built.arms[index] as DraftArm), title }))}
          onRemove={(index) => change(built.arms.toSpliced(index, 1))}
        />
        <Add settings={settings} tasks={tasks} />
        <Numbers {...props} built={built} config={settings.config} />
        <Kept comparison={comparison} onClose={onClose} />
      </div>
    </ModalDialog>
  );
}
