/** @file The choice of a checker, with a field for a pattern or for code. */
import { Button } from '@mantine/core';
import { useId, useState } from 'react';
import { CodeEditor } from '../editor/CodeEditor.tsx';
import { Picker } from '../settings/Picker.tsx';
import { type CheckerName, problemWords as words } from './words.ts';
import styles from './Problems.module.css';

export interface CheckerFormProps {
  /** The checker in use. */
  readonly checker: { readonly name: CheckerName; readonly parameter: string };
  readonly disabled: boolean;
  readonly onChecker: (name: CheckerName, parameter: string) => void;
}

const names = Object.keys(words.checkers) as readonly CheckerName[];
const choices = names.map((id) => ({ id, title: words.checkers[id], summary: words.checkerAbout[id] }));
const javascript = async () => (await import('@codemirror/lang-javascript')).javascript();

function Pattern({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{words.pattern}</label>
      <input
        id={id}
        value={value}
        autoComplete="off"
        spellCheck={false}
        data-testid="checker-pattern"
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </div>
  );
}

export function CheckerForm({ checker, disabled, onChecker }: CheckerFormProps) {
  const [name, setName] = useState<CheckerName>(checker.name);
  const [pattern, setPattern] = useState(checker.name === 'regex' ? checker.parameter : '');
  const [code, setCode] = useState(checker.name === 'js' ? checker.parameter : words.usualCode);
  const pick = (id: string) => {
    const picked = names.find((known) => known === id);
    if (!picked) return;
    setName(picked);
    if (picked !== 'regex' && picked !== 'js') onChecker(picked, '');
  };
  const parameter = name === 'regex' ? pattern : code;
  return (
    <>
      <Picker label={words.checker} testId="checker" choices={choices} value={name} onPick={pick} />
      {name === 'regex' && <Pattern value={pattern} onChange={setPattern} />}
      {name === 'js' && (
        <CodeEditor
          label={words.code}
          value={code}
          problems={[]}
          testId="checker-code"
          language={javascript}
          onChange={setCode}
        />
      )}
      {(name === 'regex' || name === 'js') && (
        <div className={styles.actions}>
          <Button
            size="compact-xs"
            variant="default"
            disabled={disabled || parameter.trim() === ''}
            data-testid="checker-use"
            onClick={() => onChecker(name, parameter)}
          >
            {words.use}
          </Button>
        </div>
      )}
    </>
  );
}
