/** @file Models that the visitor brings, wired to the settings; the dialog's code is loaded when it is opened. */
import { Button } from '@mantine/core';
import { type ComponentType, useState } from 'react';
import type { ModelDialogProps } from '../../ui/settings/ModelDialog.tsx';
import { OwnModel } from '../../ui/settings/OwnModel.tsx';
import { modelWords as words } from '../../ui/settings/modelWords.ts';
import { loadCode } from '../../ui/load.ts';
import type { Choice } from '../../ui/types.ts';
import { isKeptModel, nameOfKeptModel } from '../../worker/keptModels.ts';
import type { KeptModel, ModelChoice } from '../../worker/keptModels.ts';
import type { OwnModels, OwnModelsState } from '../stores/ownModels.ts';
import { useStore } from '../useSampled.ts';

const all = (state: OwnModelsState) => state;

/** Name of a kept model, with its bits and template where they are known. */
const titleOf = (id: string, choice: ModelChoice | null | undefined): string =>
  [nameOfKeptModel(id), ...(choice ? [words.readAs(choice)] : [])].join(', ');

/** The kept models as bases to choose, and the chosen one if a preset, a link or a run names it. */
export function keptChoices(kept: readonly KeptModel[], chosen: string): Choice[] {
  const byId = new Map(kept.map((model) => [model.id, model]));
  return [...new Set([...byId.keys(), ...(isKeptModel(chosen) ? [chosen] : [])])].map((id) => ({
    id,
    title: titleOf(id, byId.get(id)?.choice),
    summary: byId.has(id) ? words.summary : words.missing,
    group: words.group,
  }));
}

interface Shown {
  readonly View: ComponentType<ModelDialogProps>;
  readonly wanted: string | null;
}

function Dialog({
  models,
  View,
  wanted,
  onClose,
}: Shown & { readonly models: OwnModels; readonly onClose: () => void }) {
  const { kept, unfinished, looking, found, reading, problem } = useStore(models, all);
  const closeIf = async (isBase: Promise<boolean>) => {
    if (await isBase) onClose();
  };
  return (
    <View
      kept={kept.map(({ id, bytes, hub, choice }) => ({
        id,
        bytes,
        name: hub?.id ?? nameOfKeptModel(id),
        readAs: choice ? words.readAs(choice) : '',
        hub: hub?.id ?? null,
      }))}
      looking={looking}
      offer={found && { ...found.offer, isRemote: found.isRemote }}
      unfinished={unfinished}
      reading={reading}
      problem={problem}
      onOpen={(id, again) => void closeIf(models.openId(id, again))}
      onLoad={(choice) => void closeIf(models.load(choice))}
      onGoOn={() => void closeIf(models.goOn())}
      wanted={wanted}
      onStop={() => {
        models.stop();
        void models.look();
      }}
      onUse={(id) => {
        models.use(id);
        onClose();
      }}
      onRemove={(id) => void models.remove(id)}
      onRemoveUnfinished={() => void models.removeUnfinished()}
      onClose={() => {
        models.forget();
        onClose();
      }}
    />
  );
}

/** The dialog, closed at first; `open` may name the model of the hub that is wanted. */
export function useModelDialog(models: OwnModels) {
  const [shown, setShown] = useState<Shown | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const open = async (wanted: string | null = null, look = () => models.look()) => {
    try {
      const { ModelDialog } = await loadCode('settings', () => import('../../ui/settings/ModelDialog.tsx'));
      setFailure(null);
      setShown({ View: ModelDialog, wanted });
      await look();
    } catch (cause) {
      setFailure(cause instanceof Error ? cause.message : String(cause));
    }
  };
  return { shown, failure, open, close: () => setShown(null) };
}

export function ModelArea({
  models,
  dialog: { shown, failure, open, close },
}: {
  readonly models: OwnModels;
  readonly dialog: ReturnType<typeof useModelDialog>;
}) {
  const { reading, problem } = useStore(models, all);
  return (
    <>
      <OwnModel
        reading={shown ? null : reading}
        problem={failure ?? (shown ? null : problem)}
        onFolder={(files) => open(null, () => models.open(files))}
      />
      <div>
        <Button size="compact-xs" variant="default" onClick={() => void open()} data-testid="model-hub">
          {words.hub.open}
        </Button>
      </div>
      {shown && <Dialog models={models} {...shown} onClose={close} />}
    </>
  );
}
