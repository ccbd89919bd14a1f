/** @file A part of the gallery under its name. */
import type { ReactNode } from 'react';
import styles from './gallery.module.css';

export function Exhibit({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return <div className={styles.exhibit} data-exhibit={name}><h2>{name}</h2>{children}</div>;
}
