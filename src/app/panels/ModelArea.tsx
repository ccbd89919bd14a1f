/** @file Models that the visitor brings, wired to the settings. */
import { OwnModel } from '../../ui/settings/OwnModel.tsx';
import { modelWords as words } from '../../ui/settings/modelWords.ts';
import type { Choice } from '../../ui/types.ts';
import { isKeptModel, nameOfKeptModel } from '../../worker/keptModels.ts';
import type { OwnModels, OwnModelsState } from '../stores/ownModels.ts';
import { useStore } from '../useSampled.ts';

const all = (state: OwnModelsState) => state;

/** The kept models as bases to choose, and the chosen one if a link or a run names it. */
export const keptChoices = (kept: readonly string[], chosen: string): Choice[] =>
  [...new Set([...kept, ...(isKeptModel(chosen) ? [chosen] : [])])].map((id) => ({
    id,
    title: nameOfKeptModel(id),
    summary: words.summary,
    group: words.group,
  }));

export function ModelArea({ models }: { readonly models: OwnModels }) {
  const { reading, problem } = useStore(models, all);
  return <OwnModel reading={reading} problem={problem} onFolder={models.open} />;
}
