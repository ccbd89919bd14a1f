/** @file What is being loaded and how far it is; the rest of the page stays usable. */
import { text } from './text.ts';
import type { LoadingView } from './types.ts';
import styles from './Lines.module.css';

export function LoadingLine({ loading }: { readonly loading: LoadingView }) {
  const { label, loadedBytes, totalBytes } = loading;
  const share = totalBytes === null || totalBytes === 0 ? null : loadedBytes / totalBytes;
  return (
    <div className={styles.loading} data-testid="loading" role="status">
      <span><b>{text.loading.title(label)}</b> {loadedBytes > 0 && text.loading.amount(loadedBytes, totalBytes)}</span>
      <progress aria-label={text.loading.title(label)} {...(share === null ? {} : { value: share, max: 1 })} />
      <span className={styles.soft}>{text.loading.meanwhile}</span>
    </div>
  );
}
