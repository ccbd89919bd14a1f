/**
 * @file A completion as a drawing: a walk on a grid, strings one below the other, or a computation step by step.
 */
import { GridScene } from './GridScene.tsx';
import type { SceneView } from './scene.ts';
import { StepsScene } from './StepsScene.tsx';
import { StringsScene } from './StringsScene.tsx';
import styles from './Scenes.module.css';

function Drawing({ scene }: { readonly scene: SceneView }) {
  if (scene.kind === 'grid') return <GridScene scene={scene} />;
  return scene.kind === 'strings' ? <StringsScene scene={scene} /> : <StepsScene scene={scene} />;
}

export function SceneFigure({ scene }: { readonly scene: SceneView }) {
  return (
    <div className={styles.scene} data-testid="scene" data-kind={scene.kind}>
      <Drawing scene={scene} />
    </div>
  );
}
