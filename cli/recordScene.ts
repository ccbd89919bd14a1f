/** @file The pictures of a recorded run: its river at a few steps and one group of an early one. */
import { groupToShow } from '../src/app/stores/riverFilm.ts';
import { groupSchema, type RecordedScene, riverSchema, sceneSchema } from '../src/app/stores/recordedScene.ts';
import type { LocalTrainer } from '../src/rl/run/localTrainer.ts';
import type { StepReport } from '../src/rl/run/trainer.ts';

/** Steps of the rivers, as shares of the run: most of the change is early. */
const RIVERS = [0, 0.1, 0.2, 0.4];
/** Step of the group; later ones hold too few wrong answers to show an advantage. */
const GROUP_STEP = 5;

/** Numbers with four digits, at any depth: enough for a picture. */
const rounded = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, part: unknown) => (typeof part === 'number' ? Number(part.toPrecision(4)) : part)),
  );

export interface SceneRecorder {
  look(trainer: Pick<LocalTrainer, 'river'>, report: StepReport | null): Promise<void>;
  /** ZodError for a run that ended before the step of its group. */
  scene(): RecordedScene;
}

/** Takes the pictures of a run of that many steps. */
export function createSceneRecorder(maxSteps: number): SceneRecorder {
  const rivers: unknown[] = [];
  const wanted = new Set(RIVERS.map((share) => Math.round(share * maxSteps)));
  let prompt: string | null = null;
  let group: unknown = null;
  return {
    async look(trainer, report) {
      const step = report ? report.step + 1 : 0;
      if (wanted.has(step)) {
        const river = await trainer.river({ prompt, before: false, paths: [] });
        prompt = river.prompt;
        rivers.push(rounded(riverSchema.parse(river)));
      }
      const shown = report?.groups[groupToShow(report.groups, undefined)];
      if (step === GROUP_STEP && shown) group = { step, group: rounded(groupSchema.parse(shown)) };
    },
    scene: () => sceneSchema.parse({ rivers, group }),
  };
}
