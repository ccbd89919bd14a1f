/** @file The objective that a link brings: a message above the charts, and a question when Train or Step is pressed. */
import { Button } from '@mantine/core';
import { algorithmById } from '../../rl/papers/index.ts';
import { Message } from '../../ui/Message.tsx';
import { ModalDialog } from '../../ui/ModalDialog.tsx';
import { partWords } from '../../ui/partWords.ts';
import { text } from '../../ui/text.ts';
import { problemsOf, takeDraft } from '../objective.ts';
import type { Session } from '../stores/session.ts';
import type { SettingsState } from '../stores/settingsState.ts';
import { useStore } from '../useSampled.ts';
import styles from '../App.module.css';

const draftOf = ({ draft }: SettingsState) => (draft?.fromLink ? draft : null);
const algorithmOf = ({ config }: SettingsState) => config.algorithm;

export function LinkedObjective({ session }: { readonly session: Session }) {
  const { settings } = session;
  const draft = useStore(settings, draftOf);
  const algorithm = algorithmById(useStore(settings, algorithmOf));
  if (!draft) return null;
  const [problem] = problemsOf(draft.text, algorithm);
  const formula = (
    <pre className={styles.linkedFormula} translate="no">
      {draft.text}
    </pre>
  );
  const answer = (isUsed: boolean) => {
    const { question } = draft;
    if (isUsed) takeDraft(settings);
    else settings.setQuestion('answered');
    void (question === 'step' ? session.step() : session.toggle());
  };
  return (
    <>
      <Message
        kind="caution"
        title={text.objective.linked}
        testId="linked-objective"
        action={
          <div className={styles.actions}>
            {!problem && (
              <Button size="compact-sm" onClick={() => takeDraft(settings)} data-testid="linked-use">
                {text.objective.use}
              </Button>
            )}
            <Button size="compact-sm" variant="default" onClick={() => settings.useObjective('')}>
              {text.objective.leave(algorithm.title)}
            </Button>
          </div>
        }
      >
        <p>{problem ? text.objective.linkedWrong(problem.message) : text.objective.foreign(algorithm.title)}</p>
        {formula}
      </Message>
      {(draft.question === 'train' || draft.question === 'step') && (
        <ModalDialog
          title={text.objective.question}
          close={partWords.close}
          testId="objective-question"
          closeTestId="objective-question-close"
          onClose={() => settings.setQuestion(undefined)}
        >
          {formula}
          <div className={styles.actions}>
            {!problem && (
              <Button onClick={() => answer(true)} data-testid="question-use">
                {text.objective.trainIt}
              </Button>
            )}
            <Button variant="default" onClick={() => answer(false)} data-testid="question-own">
              {text.objective.trainOwn(algorithm.title)}
            </Button>
          </div>
        </ModalDialog>
      )}
    </>
  );
}
