/** @file The last resort: an error that no part caught. Plain elements only, because the libraries may be the cause. */
import type { ReactNode } from 'react';
import { Boundary } from './Boundary.tsx';
import { partWords } from './partWords.ts';
import styles from './Lines.module.css';

const words = partWords.whole;

/** The page, or after an error a sentence with a reload button. */
export function PageBoundary({ children }: { readonly children: ReactNode }) {
  const failure = (error: unknown) => (
    <main className={styles.failure} role="alert" data-testid="page-failed">
      <h1>{words.title}</h1>
      <p>{words.kept}</p>
      <p>{words.reason(error instanceof Error ? error.message : String(error))}</p>
      <button type="button" onClick={() => window.location.reload()}>
        {partWords.reopen}
      </button>
    </main>
  );
  return <Boundary failure={failure}>{children}</Boundary>;
}
