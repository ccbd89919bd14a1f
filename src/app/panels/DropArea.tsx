/** @file A file that is dropped anywhere on the page becomes the task of the settings. */
import { useEffect, useState } from 'react';
import { problemWords as words } from '../../ui/problems/words.ts';
import styles from '../../ui/problems/Problems.module.css';
import type { DataFiles } from '../stores/dataFiles.ts';

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

export function DropArea({ data }: { readonly data: DataFiles }) {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      // The browser would open the file instead of the page.
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(false);
      const file = event.dataTransfer?.files[0];
      if (file) void data.choose(file);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, [data]);
  return isOver ? <div className={styles.drop}>{words.drop}</div> : null;
}
