/** @file The decisive drawing inside a lesson's card: the river or the tokens of an update, the exact optimum, a chart. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { phaseOf } from '../../lessons/names.ts';
import { shortCaption } from '../../ui/river/captions.ts';
import { RiverDrawing } from '../../ui/river/RiverDrawing.tsx';
import { TokenRatios } from '../../ui/lessons/TokenRatios.tsx';
import { lessonWords as words } from '../../ui/lessons/words.ts';
import styles from '../../ui/lessons/Lessons.module.css';
import { OneChart, SampledExact } from '../panels/ChartsArea.tsx';
import { type PartsProps, useRunTask } from '../parts.ts';
import type { OpenStep, SeenUpdate } from './openStep.ts';

/** Prefix of the ids of drawings that stand a second time on the page. */
const HERE = 'lesson-';

function UpdateDrawing({ name, update, config }: SeenUpdate & { readonly name: string }) {
  const [gathered, setGathered] = useState<number | null>(null);
  if (name === 'tokens') {
    // Other algorithms clip by other rules.
    const clip = config?.algorithm === 'grpo' ? ([1 - config.epsilon, 1 + config.epsilon] as const) : null;
    return <TokenRatios update={update} clip={clip} />;
  }
  const phase = phaseOf(name) ?? 'shift';
  const { river, completions, hasAdvantages } = update;
  return (
    <>
      <p>
        <code translate="no">{river.prompt}</code>
      </p>
      <div className={styles.river}>
        <RiverDrawing
          river={river}
          phase={phase}
          completions={completions}
          hasAdvantages={hasAdvantages}
          onGathered={setGathered}
        />
      </div>
      {gathered !== null && <p className={styles.soft}>{shortCaption(phase, gathered)}</p>}
    </>
  );
}

interface LessonEvidenceProps {
  readonly name: string;
  readonly open: OpenStep;
  readonly parts: PartsProps;
}

/** Whether the run of the step has begun, and is on the page. */
const isBegun = ({ isOwnRun, run }: OpenStep): boolean => isOwnRun && run.step > 0;

export function LessonEvidence({ name, open, parts }: LessonEvidenceProps) {
  const { session, library, comparison, viewing } = parts;
  const { asking, progress, seen, run, view } = open;
  const task = useRunTask(parts);
  const ofUpdate = name === 'tokens' || name.startsWith('river:');
  const isShown = ofUpdate ? seen !== null : isBegun(open);
  const isGone = !isShown && (asking ? progress.readings[asking.id] !== undefined : run.step > 0);
  return (
    <figure className={styles.evidence} data-testid="evidence" data-name={name} aria-label={words.evidence}>
      {!isShown ? (
        <>
          <p className={styles.soft}>
            {view?.state === 'training' || view?.state === 'measuring'
              ? words.measuring
              : isGone
                ? words.evidenceGone
                : words.noEvidence}
          </p>
          {isGone && ofUpdate && open.isAtEnd && (
            <Button
              size="compact-xs"
              variant="default"
              data-testid="evidence-rebuild"
              onClick={() => viewing.look(run.step)}
            >
              {words.rebuild}
            </Button>
          )}
        </>
      ) : ofUpdate && seen ? (
        <UpdateDrawing name={name} {...seen} />
      ) : name === 'exact' ? (
        <SampledExact run={session.run} viewing={viewing} id={`${HERE}${name}`} />
      ) : (
        <div className={styles.chart}>
          <OneChart id={name} prefix={HERE} run={session.run} library={library} comparison={comparison} task={task} />
        </div>
      )}
    </figure>
  );
}
