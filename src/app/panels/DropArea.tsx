/** @file A file that is dropped anywhere on the page: a lesson is opened, data become the task of the settings. */
import { useEffect, useState } from 'react';
import { problemWords as words } from '../../ui/problems/words.ts';
import styles from '../../ui/problems/Problems.module.css';
import { isLessonFile } from '../../lessons/list.ts';
import { loadCode } from '../../ui/load.ts';
import type { DataFiles } from '../stores/dataFiles.ts';
import type { PlaceStore } from '../stores/placeStore.ts';

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

interface DropAreaProps {
  readonly data: DataFiles;
  readonly place: PlaceStore;
}

/** Opens a dropped lesson, or the list of lessons, which says why the file was refused. */
async function takeFile(file: File, { data, place }: DropAreaProps): Promise<void> {
  if (!isLessonFile(await file.slice(0, 400).text())) return data.choose(file);
  const { ownLessons } = await loadCode('lesson', () => import('../views/lessonProgress.ts'));
  place.go({ view: 'lessons', lesson: await ownLessons.choose(file) });
}

export function DropArea({ data, place }: DropAreaProps) {
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
      if (file) void takeFile(file, { data, place });
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, [data, place]);
  return isOver ? <div className={styles.drop}>{words.drop}</div> : null;
}
