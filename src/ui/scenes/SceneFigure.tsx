/**
 * @file A completion as a drawing: a walk on a grid, strings one below the other, or a computation step by step.
 */
import type { ReactElement } from 'react';
import { GridScene } from './GridScene.tsx';
import type { SceneView } from './scene.ts';
import { StepsScene } from './StepsScene.tsx';
import { StringsScene } from './StringsScene.tsx';
import styles from './Scenes.module.css';

/** The drawing of a scene; null for a kind that this page does not draw. */
function drawingOf(scene: SceneView): ReactElement | null {
  switch (scene.kind) {
    case 'grid':
      return <GridScene scene={scene} />;
    case 'strings':
      return <StringsScene scene={scene} />;
    case 'steps':
      return <StepsScene scene={scene} />;
    default:
      scene satisfies never;
      return null;
  }
}

export function SceneFigure({ scene }: { readonly scene: SceneView }) {
  const drawing = drawingOf(scene);
  return (
    drawing && (
      <div className={styles.scene} data-testid="scene" data-kind={scene.kind}>
        {drawing}
      </div>
    )
  );
}
