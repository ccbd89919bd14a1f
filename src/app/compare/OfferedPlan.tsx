/** @file A comparison that came by a link: its arms, the code in them, and the button that starts it. */
import type { Task } from '../../tasks/task.ts';
import { LiveButton } from '../../ui/atlas/LiveComparison.tsx';
import { Message } from '../../ui/Message.tsx';
import { compareWords } from '../../ui/compare/words.ts';
import { presetConfig } from '../../rl/config/presets.ts';
import { codeOf } from '../storage/schema.ts';
import { unusable } from '../storage/usable.ts';
import type { Comparison } from '../stores/comparison.ts';
import type { Plan } from '../stores/comparisonPlan.ts';
import { settingsOf } from '../stores/comparisonRevival.ts';
import { differsFrom } from './differsFrom.ts';
import styles from '../../ui/compare/Compare.module.css';

const words = compareWords.offered;

interface OfferedPlanProps {
  readonly plan: Plan;
  readonly comparison: Comparison;
  readonly tasks: readonly Task[];
}

/** Pieces of code in the arms, each once, with the arm that brings it first. */
function codesOf(arms: readonly { readonly title: string; readonly code: ReturnType<typeof codeOf> }[]) {
  const all = arms.flatMap(({ title, code }) =>
    code.map((part) => ({ name: words.codeOf(title, part.name), code: part.code })),
  );
  return all.filter(({ code }, index) => all.findIndex((other) => other.code === code) === index);
}

export function OfferedPlan({ plan, comparison, tasks }: OfferedPlanProps) {
  const arms = plan.arms.map((arm) => {
    const { preset, config, notices } = settingsOf(arm, tasks);
    const problem = unusable(config);
    return {
      id: arm.id,
      title: arm.title,
      differs: differsFrom(presetConfig(preset), config, tasks, words.plain),
      problems: [...notices, ...(problem === null ? [] : [problem])],
      code: codeOf(config),
    };
  });
  const problems = arms.flatMap(({ title, problems: own }) => own.map((one) => words.problem(title, one)));
  const codes = codesOf(arms);
  const action = (
    <span className={styles.actions}>
      {problems.length === 0 && (
        <LiveButton main testId="comparison-start" onClick={() => comparison.start(plan)}>
          {codes.length === 0 ? words.start : words.startCode}
        </LiveButton>
      )}
      <LiveButton testId="comparison-dismiss" onClick={comparison.end}>
        {words.dismiss}
      </LiveButton>
    </span>
  );
  return (
    <Message
      kind={codes.length === 0 ? 'note' : 'caution'}
      title={words.title}
      testId="comparison-offer"
      action={action}
    >
      <p>{words.body(plan.arms.length, plan.seeds.length)}</p>
      {plan.from && <p>{words.from(plan.from.step)}</p>}
      <ul>
        {arms.map(({ id, title, differs }) => (
          <li key={id} translate="no">{`${title}: ${differs}`}</li>
        ))}
      </ul>
      {problems.length > 0 && (
        <div role="alert">
          <p>{words.problems}</p>
          <ul>
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </div>
      )}
      {codes.length > 0 && <p>{words.code}</p>}
      {codes.map(({ name, code }) => (
        <figure key={name} className={styles.code}>
          <figcaption>{name}</figcaption>
          <pre translate="no" tabIndex={0} aria-label={name}>
            {code}
          </pre>
        </figure>
      ))}
    </Message>
  );
}
