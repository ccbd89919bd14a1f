/** @file Exhibits of the river: before it is read, as a film, in every phase of an update, and where there is none. */
import { useEffect, useState } from 'react';
import { fakeRiver } from '../app/fixture/fakeRiver.ts';
import { fakeStep } from '../app/fixture/fakeRun.ts';
import { present } from '../lib/assert.ts';
import { defaultConfig } from '../rl/config/config.ts';
import { checkRiver } from '../rl/river/river.ts';
import { sentenceOf } from '../rl/run/failure.ts';
import { tasks } from '../tasks/index.ts';
import { TokenRatios } from '../ui/lessons/TokenRatios.tsx';
import { phaseCaption } from '../ui/river/captions.ts';
import { RiverDrawing } from '../ui/river/RiverDrawing.tsx';
import { RiverPanel } from '../ui/river/RiverPanel.tsx';
import { phases, type RiverView, type UpdateView } from '../ui/river/view.ts';
import { riverWords as words } from '../ui/river/words.ts';
import { Exhibit } from './Exhibit.tsx';

const task = present(tasks[0], 'a task');
const ignore = () => undefined;
const shared = { share: null, isFolded: false, onFold: ignore, onPin: null, isPast: false, onMove: ignore };
const STEP = 40;

async function madeUp(): Promise<{ readonly film: RiverView; readonly update: UpdateView }> {
  const group = present(fakeStep(defaultConfig, task, STEP).groups[0], 'a group');
  const query = { prompt: group.prompt, before: true, paths: group.completions.map(({ tokenIds }) => tokenIds) };
  const film = await fakeRiver(defaultConfig, task, STEP, { ...query, before: false });
  const update = {
    step: STEP,
    river: await fakeRiver(defaultConfig, task, STEP, query),
    isSingle: false,
    completions: group.completions,
    group: 1,
    groups: 8,
    hasOthers: true,
    isGraded: false,
    algorithm: 'GRPO',
    hasAdvantages: true,
  };
  return { film, update };
}

function refusal(): string {
  try {
    checkRiver(task, { vocabSize: 49_152 }, 'SmolLM2-135M-Instruct');
    return '';
  } catch (cause) {
    return words.failed(sentenceOf(cause));
  }
}

export function River() {
  const [made, setMade] = useState<Awaited<ReturnType<typeof madeUp>> | null>(null);
  useEffect(() => void madeUp().then(setMade), []);
  return (
    <>
      <Exhibit name="River: loading">
        <RiverPanel {...shared} river={null} update={null} note={words.loading} />
      </Exhibit>
      <Exhibit name="River: none">
        <RiverPanel {...shared} river={null} update={null} note={refusal()} />
      </Exhibit>
      {made && (
        <Exhibit name="River: film">
          <div style={{ display: 'flex', height: '20rem' }}>
            <RiverPanel {...shared} river={made.film} update={made.update} note={null} share={0.031} />
          </div>
        </Exhibit>
      )}
      {made &&
        phases.map((phase) => (
          <Exhibit key={phase} name={`River: ${phase}`}>
            <div style={{ display: 'flex', height: '16rem' }}>
              <RiverDrawing river={made.update.river} phase={phase} completions={made.update.completions} />
            </div>
            <p>{phaseCaption(made.update, phase)}</p>
          </Exhibit>
        ))}
      {made && (
        <Exhibit name="Lesson: tokens of an update">
          <TokenRatios
            update={{ ...made.update, completions: made.update.completions.slice(0, 2) }}
            clip={[1 - defaultConfig.epsilon, 1 + defaultConfig.epsilon]}
          />
        </Exhibit>
      )}
    </>
  );
}
