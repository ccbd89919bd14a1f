/** @file Exhibits of panels that open on demand: the share dialog, the rollout file, the filters of the atlas. */
import { useState } from 'react';
import { statuses } from '../lessons/status.ts';
import { AtlasFilters, type Wanted } from '../ui/atlas/AtlasFilters.tsx';
import { StorePanel, type StoreFileView } from '../ui/rollouts/StorePanel.tsx';
import { rolloutWords } from '../ui/rollouts/words.ts';
import { ShareForm } from '../ui/share/ShareForm.tsx';
import { Exhibit } from './Exhibit.tsx';
import { Debriefs } from './Debriefs.tsx';
import { hideable } from '../app/layoutLink.ts';
import { layoutOf, levelOf, previewOf } from '../app/shareLevels.ts';

const ignore = () => undefined;
const SHA = '0123456789abcdef'.repeat(4);

/** The content of the share dialog, without the dialog: a dialog would cover the other exhibits. */
function Share({ changed, missing }: { readonly changed: boolean; readonly missing: string | null }) {
  const [shown, setShown] = useState(() => layoutOf('student', false));
  const { hidden, present } = shown;
  const [wasm, setWasm] = useState(false);
  const onHide = (id: string, hide: boolean) =>
    setShown({ ...shown, hidden: new Set([...hidden].filter((other) => other !== id).concat(hide ? [id] : [])) });
  return (
    <ShareForm
      level={levelOf(shown, false)}
      preview={previewOf(shown, 'Reward')}
      charts={[{ id: 'reward', title: 'Reward' }]}
      chart={present}
      onLevel={(level) => setShown(layoutOf(level, false))}
      onChart={ignore}
      hideable={hideable}
      hidden={hidden}
      wasm={wasm}
      changed={changed}
      missing={missing}
      link="https://example.org/#v=2&preset=default&seed=1"
      frame={
        '<iframe src="https://example.org/?embed=1#v=2&preset=default&seed=1" title="Rollout" width="720" height="560"></iframe>'
      }
      onHide={onHide}
      onWasm={setWasm}
    />
  );
}

const file: StoreFileView = {
  sha256: SHA,
  bytes: 1_240_000,
  policy: 'default',
  temperature: 1.2,
  task: 'Sums',
  difficultyLabel: 'Numbers to add',
  difficulty: 4,
  groupSize: 8,
  rollouts: 2048,
  prompts: 200,
  right: 0.4,
};

function Stores() {
  const shared = {
    file: null,
    notes: [],
    reading: false,
    problem: null,
    offer: null,
    named: false,
    onFile: async () => undefined,
    onBase: ignore,
  };
  return (
    <>
      <Exhibit name="Store: the base’s">
        <StorePanel {...shared} />
      </Exhibit>
      <Exhibit name="Store: a file is read">
        <StorePanel {...shared} reading />
      </Exhibit>
      <Exhibit name="Store: of a file">
        <StorePanel {...shared} named file={file} notes={[rolloutWords.outgrown(8, 16)]} />
      </Exhibit>
      <Exhibit name="Store: a file is absent">
        <StorePanel {...shared} named notes={[rolloutWords.absent(SHA)]} />
      </Exhibit>
      <Exhibit name="Store: refused">
        <StorePanel
          {...shared}
          problem="Line 3 is no rollout."
          offer={{ label: rolloutWords.take([rolloutWords.change.groupSize(8)]), onTake: ignore }}
        />
      </Exhibit>
    </>
  );
}

function Filters({ search, shown }: { readonly search: string; readonly shown: number }) {
  const [wanted, setWanted] = useState<Wanted>({ search, status: null, stage: null });
  return (
    <AtlasFilters
      wanted={wanted}
      onChange={setWanted}
      shown={shown}
      all={94}
      stages={[1, 2, 3, 4, 5, 6]}
      statuses={statuses.map((status, index) => ({ status, count: 3 * index }))}
    />
  );
}

export function OnDemand() {
  return (
    <>
      <Exhibit name="Share">
        <Share changed={false} missing={null} />
      </Exhibit>
      <Exhibit name="Share: changed, without its file">
        <Share changed missing={rolloutWords.shared(SHA)} />
      </Exhibit>
      <Debriefs />
      <Stores />
      <Exhibit name="Atlas: filters">
        <Filters search="" shown={94} />
      </Exhibit>
      <Exhibit name="Atlas: filters, narrowed">
        <Filters search="arXiv 2503" shown={1} />
      </Exhibit>
    </>
  );
}
