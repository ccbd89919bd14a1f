/** @file One exhibit with its name, by which e2e/gallery.spec.ts finds it. */
import type { Elements } from '../ui/elements.ts';
import styles from './gallery.module.css';

export function Exhibit({ name, children }: { readonly name: string; readonly children: Elements }) {
  return (
    <div className={styles.exhibit} data-exhibit={name}>
      <h2>{name}</h2>
      {children}
    </div>
  );
}
