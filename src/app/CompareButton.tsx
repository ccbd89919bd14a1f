/** @file The button that opens the dialog for comparisons. */
import { Button } from '@mantine/core';
import { Suspense, useState } from 'react';
import { loadedDialog } from '../ui/loadedDialog.tsx';
import { text } from '../ui/text.ts';
import type { PartsProps } from './parts.ts';

const CompareDialog = loadedDialog(
  'compare',
  async () => (await import('./compare/CompareDialog.tsx')).CompareDialog,
  text.view.compare,
);

export function CompareButton(props: Pick<PartsProps, 'session' | 'library' | 'comparison' | 'tasks'>) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        title={text.view.compareTitle}
        data-testid="compare"
        onClick={() => setOpen(true)}
      >
        {text.view.compare}
      </Button>
      {open && (
        <Suspense fallback={null}>
          <CompareDialog {...props} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
