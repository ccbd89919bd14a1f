/** @file Exhibits of the algorithm: its settings, the objective and the editor of its formula. */
import { useState } from 'react';
import { AlgorithmArea, FoldsArea } from '../app/panels/AlgorithmArea.tsx';
import { viewContext } from '../app/settingViews.ts';
import { createSession } from '../app/stores/session.ts';
import { createSettingsStore } from '../app/stores/settingsStore.ts';
import { readLink } from '../app/url.ts';
import { present } from '../lib/assert.ts';
import { formulaContext, readFormula } from '../rl/formula/formulaAlgorithm.ts';
import { startingText } from '../rl/formula/paper.ts';
import { FormulaError, type FormulaProblem } from '../rl/formula/problem.ts';
import { formulaWords } from '../rl/formula/words.ts';
import { algorithmById } from '../rl/papers/index.ts';
import { tasks } from '../tasks/index.ts';
import { FormulaEditor } from '../ui/editor/FormulaEditor.tsx';
import { ObjectivePanel } from '../ui/settings/ObjectivePanel.tsx';
import { idleRun } from './Charts.tsx';
import { Exhibit } from './Exhibit.tsx';
import styles from './gallery.module.css';

const task = present(tasks[0], 'a task');

/** Settings of an algorithm with one value refused and one waiting for a new run. */
export function Algorithms() {
  const settings = createSettingsStore(
    tasks,
    readLink('', '#v=2&algorithm=chord&set.mu=0.3&kl_control=adaptive', tasks),
  );
  settings.setNumber({ id: 'phi', default: 1, min: 0, max: 1, summary: '' }, 7);
  const session = createSession(idleRun(), settings, { backend: 'auto', workers: 'auto' });
  const context = viewContext(settings.getState(), ['algorithm', 'klEstimator'], task);
  return (
    <>
      <Exhibit name="Algorithm: with a refusal, waiting">
        <AlgorithmArea session={session} context={context} />
      </Exhibit>
      <Exhibit name="Settings that fold away">
        <FoldsArea session={session} context={context} />
      </Exhibit>
    </>
  );
}

const grpo = algorithmById('grpo');
const words = formulaWords(formulaContext(grpo));

function problemsOf(formula: string): readonly FormulaProblem[] {
  try {
    readFormula(formula, grpo);
    return [];
  } catch (cause) {
    if (cause instanceof FormulaError) return cause.problems;
    throw cause;
  }
}

/** An editor that checks its text at every change. */
function Formula({ start, readOnly = false }: { readonly start: string; readonly readOnly?: boolean }) {
  const [formula, setFormula] = useState(start);
  return (
    <FormulaEditor
      value={formula}
      problems={problemsOf(formula)}
      words={words}
      readOnly={readOnly}
      onChange={setFormula}
    />
  );
}

/** The panel with buttons that work. */
function Objective({
  start,
  used: usedAtFirst = '',
  fromLink = false,
}: {
  readonly start: string | null;
  readonly used?: string;
  readonly fromLink?: boolean;
}) {
  const [draft, setDraft] = useState(start);
  const [used, setUsed] = useState(usedAtFirst);
  const problems = draft === null ? [] : problemsOf(draft);
  return (
    <ObjectivePanel
      algorithm={grpo.title}
      used={used}
      waiting={false}
      draft={draft}
      fromLink={fromLink && draft !== used}
      problems={problems}
      words={words}
      onOpen={() => setDraft(startingText(grpo))}
      onEdit={setDraft}
      onUse={() => setUsed(draft ?? '')}
      onDrop={() => {
        setDraft(null);
        setUsed('');
      }}
    />
  );
}

export function Formulas() {
  return (
    <div className={styles.formulas}>
      <Exhibit name="Objective: the algorithm’s">
        <Objective start={null} />
      </Exhibit>
      <Exhibit name="Objective: in use">
        <Objective start="-A * logp" used="-A * logp" />
      </Exhibit>
      <Exhibit name="Objective: by a link">
        <Objective start="-A * logp" fromLink />
      </Exhibit>
      <Exhibit name="Formula: good">
        <Formula start={`setting tau = 1 in 0 .. 10\n${startingText(grpo)}`} />
      </Exhibit>
      <Exhibit name="Formula: with errors">
        <Formula start={'r = exp(logp - old_logp)\n-clip(r, 1 - epsilon) * A + betta * k3'} />
      </Exhibit>
      <Exhibit name="Formula: not closed">
        <Formula start="-min(ratio * A, clip(ratio, 0.8, 1.2) * A" />
      </Exhibit>
      <Exhibit name="Formula: only to read">
        <Formula start={startingText(algorithmById('gmpo'))} readOnly />
      </Exhibit>
    </div>
  );
}
