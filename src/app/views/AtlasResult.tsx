/** @file A stored result of the atlas, wired: its live version, its figures, and its arms to be trained here. */
import { useState } from 'react';
import { Button } from '@mantine/core';
import {
  armWords,
  basedOn,
  measuredElsewhere,
  type StoredResult,
  storedResultSchema,
} from '../../lessons/storedResult.ts';
import { knownTasks } from '../../tasks/index.ts';
import { Minute } from '../../ui/atlas/Minute.tsx';
import { ResultPanel } from '../../ui/atlas/ResultPanel.tsx';
import { RunHere } from '../../ui/atlas/RunHere.tsx';
import { atlasWords as words } from '../../ui/atlas/words.ts';
import type { Comparison } from '../stores/comparison.ts';
import { MOST_ARMS, MOST_SEEDS } from '../stores/comparisonPlan.ts';
import { seedsOf, storedPlan } from '../stores/comparisonStored.ts';
import { wantedConfig } from '../stores/guidedRuns.ts';
import { minuteOf, secondsFor, USUAL_SLOWNESS } from '../stores/liveMinute.ts';
import { useFetched } from './fetched.ts';

/** Steps of an arm of the stored result. */
function stepsOf(result: StoredResult, id: string): number {
  const settings = armWords(result, result.arms.find(({ arm }) => arm === id) ?? { flags: [] });
  return wantedConfig(settings, knownTasks).config.maxSteps;
}

export function Failed({ reason, onAgain }: { readonly reason: string; readonly onAgain: () => void }) {
  return (
    <p role="alert">
      <span>{`${words.failed(reason)} `}</span>
      <Button size="compact-sm" variant="default" onClick={onAgain}>
        {words.again}
      </Button>
    </p>
  );
}

/** The live version of a result; nothing for a result without one, or without the times of its arms. */
function LiveMinute({ value, comparison }: { readonly value: StoredResult; readonly comparison: Comparison }) {
  const { live, arms, seeds } = value;
  if (!live) return null;
  const slowness = comparison.slowness(value);
  const most = Math.min(...[live.of, live.against].map((arm) => stepsOf(value, arm)));
  const minute = minuteOf(value, most, slowness ?? USUAL_SLOWNESS);
  if (!minute) return null;
  const titleOf = (id: string) => arms.find(({ arm }) => arm === id)?.title ?? id;
  return (
    <Minute
      arms={[titleOf(live.of), titleOf(live.against)]}
      recorded={live.curve ? titleOf(live.recorded) : null}
      seed={seeds[0] ?? 0}
      {...minute}
      isMeasured={slowness !== null}
      onStart={() =>
        comparison.start(storedPlan(value, { arms: [live.of, live.against], seeds: 1, steps: minute.steps }))
      }
    />
  );
}

export function Result({ id, comparison }: { readonly id: string; readonly comparison: Comparison }) {
  const [result, again] = useFetched(`claims/${id}.json`, storedResultSchema);
  const [base, setBase] = useState<string>();
  if (result.state === 'loading') return <p role="status">{words.loading}</p>;
  if (result.state === 'failed') return <Failed reason={result.reason} onAgain={again} />;
  const value = basedOn(result.value, base);
  const armOf = (id: string) => value.arms.find(({ arm }) => arm === id);
  return (
    <ResultPanel
      result={result.value}
      minute={<LiveMinute value={value} comparison={comparison} />}
      runHere={
        <RunHere
          arms={value.arms.map(({ arm, title, note }) => ({ arm, title, note, steps: stepsOf(value, arm) }))}
          bases={value.policies}
          onBase={setBase}
          timeOf={(arms, seeds) => {
            const slowness = comparison.slowness(value);
            const seconds = secondsFor(value, arms, seeds, slowness ?? USUAL_SLOWNESS);
            return seconds === null ? null : { seconds, isMeasured: slowness !== null };
          }}
          elsewhere={measuredElsewhere(value)}
          mostArms={MOST_ARMS}
          seedLists={Array.from({ length: MOST_SEEDS }, (_, index) => seedsOf(value.seeds, index + 1))}
          hrefOf={(arm) => `#${armWords(value, armOf(arm) ?? { flags: [] })}`}
          onRun={(id) => {
            const arm = armOf(id);
            if (arm) comparison.run(value, arm);
          }}
          onCompare={(chosen) => comparison.start(storedPlan(value, chosen))}
        />
      }
    />
  );
}
