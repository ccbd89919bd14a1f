/** @file The link of a comparison and its numbers as CSV. */
import { Button } from '@mantine/core';
import { shasOf } from '../../tasks/fileId.ts';
import type { Task } from '../../tasks/task.ts';
import type { Row } from '../../ui/charts/series.ts';
import { compareWords } from '../../ui/compare/words.ts';
import { download } from '../../ui/download.ts';
import { ModalDialog } from '../../ui/ModalDialog.tsx';
import { Copied } from '../../ui/share/ShareForm.tsx';
import { toCsvOf } from '../files/metricFiles.ts';
import { linkTextOf } from '../ownLink.ts';
import { comparedAddress } from '../shareLink.ts';
import { type Plan, armOf } from '../stores/comparisonPlan.ts';
import { settingsOf } from '../stores/comparisonRevival.ts';
import styles from '../../ui/compare/Compare.module.css';

const words = compareWords.share;

interface ShareComparisonProps {
  readonly plan: Plan;
  readonly rows: Readonly<Record<string, readonly Row[]>>;
  readonly tasks: readonly Task[];
  readonly onClose: () => void;
}

/** Every metric of every step of the finished runs, with arm and seed in front. */
export const comparisonCsv = (plan: Plan, rows: ShareComparisonProps['rows']): string =>
  toCsvOf(
    plan.runs.flatMap((run) => {
      const own = run.done ? rows[run.id] : undefined;
      return own ? [{ lead: { arm: armOf(plan, run.arm)?.title ?? run.arm, seed: run.seed }, rows: own }] : [];
    }),
  );

export function ShareComparison({ plan, rows, tasks, onClose }: ShareComparisonProps) {
  const finished = plan.runs.filter(({ id, done }) => done && rows[id]).length;
  const apart = plan.arms.filter((arm) => {
    const { task } = settingsOf(arm, tasks).config;
    return linkTextOf(task) === null && shasOf(task).length > 0;
  });
  return (
    <ModalDialog
      title={words.title}
      close={compareWords.close}
      testId="share-comparison"
      closeTestId="share-comparison-close"
      onClose={onClose}
    >
      <div className={styles.body}>
        {apart.map(({ id, title }) => (
          <p key={id}>{words.missing(title)}</p>
        ))}
        {plan.from && <p>{compareWords.offered.from(plan.from.step)}</p>}
        <Copied label={words.link} value={comparedAddress(window.location, plan)} rows={4} testId="comparison-link" />
        <Button
          size="compact-sm"
          variant="default"
          disabled={finished === 0}
          data-testid="comparison-csv"
          onClick={() => download('comparison.csv', comparisonCsv(plan, rows))}
        >
          {words.csv}
        </Button>
        {finished === 0 && <p className={styles.soft}>{words.none}</p>}
      </div>
    </ModalDialog>
  );
}
