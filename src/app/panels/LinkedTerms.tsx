/** @file Reward terms that a link brings: a message above the charts, and a question when Train or Step is pressed. */
import { Button } from '@mantine/core';
import { ModalDialog } from '../../ui/ModalDialog.tsx';
import { partWords } from '../../ui/partWords.ts';
import { OfferedTerms } from '../../ui/rewards/OfferedTerms.tsx';
import { text } from '../../ui/text.ts';
import type { Session } from '../stores/session.ts';
import type { SettingsState } from '../stores/settingsState.ts';
import { useStore } from '../useSampled.ts';
import styles from '../App.module.css';

const offeredOf = ({ offered }: SettingsState) => offered;
const questionOf = ({ termsQuestion }: SettingsState) => termsQuestion;

interface LinkedTermsProps {
  readonly session: Session;
  readonly onShow: (id: string) => void;
}

export function LinkedTerms({ session, onShow }: LinkedTermsProps) {
  const { settings } = session;
  const ids = Object.keys(useStore(settings, offeredOf));
  const question = useStore(settings, questionOf);
  const [first] = ids;
  const leave = (pressed: 'train' | 'step') => {
    settings.setTermsQuestion('answered');
    void (pressed === 'step' ? session.step() : session.toggle());
  };
  return (
    <>
      <OfferedTerms ids={ids} onShow={onShow} />
      {first !== undefined && (question === 'train' || question === 'step') && (
        <ModalDialog
          title={text.rewards.question}
          close={partWords.close}
          testId="terms-question"
          closeTestId="terms-question-close"
          onClose={() => settings.setTermsQuestion(undefined)}
        >
          <p>{text.rewards.offered(ids)}</p>
          <div className={styles.actions}>
            <Button
              data-testid="question-show"
              onClick={() => {
                settings.setTermsQuestion(undefined);
                onShow(first);
              }}
            >
              {text.rewards.show}
            </Button>
            <Button variant="default" data-testid="question-without" onClick={() => leave(question)}>
              {text.rewards.trainWithout}
            </Button>
          </div>
        </ModalDialog>
      )}
    </>
  );
}
