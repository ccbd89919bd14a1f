/** @file Exhibits of own problems and of the difficulty profile. */
import { fakeProfile } from '../app/fixture/fakeProfile.ts';
import { defaultConfig } from '../rl/config/config.ts';
import { adviceOf, profileLines } from '../rl/run/profileAdvice.ts';
import { OwnProblems } from '../ui/problems/OwnProblems.tsx';
import { ProfilePanel } from '../ui/problems/ProfilePanel.tsx';
import { Exhibit } from './Exhibit.tsx';

const ignore = () => undefined;
const file = {
  facts: [
    '50 rows of JSON lines: prompt and answer.',
    '50 problems, divided by a hash of the prompt: 35 train, 9 validation, 6 test.',
  ],
  tried: 'The checker accepts the own answer of each of the 50 rows that were tried.',
  passed: true,
  kept: true,
  checker: { name: 'number', parameter: '' },
} as const;
const problems = { reading: null, problem: null, onFile: async () => undefined, onChecker: ignore };

const profile = fakeProfile(defaultConfig);
const advice = adviceOf(profile);
const view = {
  ...advice,
  of: '“default” on sums, difficulty 4, temperature 1',
  lines: profileLines(profile),
  offer: { label: 'Set difficulty 3, group size 16', onTake: ignore },
};
const profiled = { profile: null, running: false, progress: null, problem: null, onStart: ignore, onStop: ignore };

export function Problems() {
  return (
    <>
      <Exhibit name="Own problems: none">
        <OwnProblems file={null} {...problems} />
      </Exhibit>
      <Exhibit name="Own problems: reading">
        <OwnProblems file={null} {...problems} reading={{ rows: 41_200 }} />
      </Exhibit>
      <Exhibit name="Own problems: a file">
        <OwnProblems file={file} {...problems} />
      </Exhibit>
      <Exhibit name="Own problems: a pattern that fails, not kept">
        <OwnProblems
          file={{
            ...file,
            tried: 'The checker accepts the own answer of 0 of 50 rows; not that of line 1, "15".',
            passed: false,
            kept: false,
            checker: { name: 'regex', parameter: '= (\\d+)' },
          }}
          {...problems}
          problem="mine.jsonl cannot be used: line 51, column 29: it is not whole JSON."
        />
      </Exhibit>
      <Exhibit name="Profile: none">
        <ProfilePanel {...profiled} />
      </Exhibit>
      <Exhibit name="Profile: running">
        <ProfilePanel {...profiled} running progress={{ done: 1536, total: 5632 }} />
      </Exhibit>
      <Exhibit name="Profile: measured">
        <ProfilePanel {...profiled} profile={view} />
      </Exhibit>
    </>
  );
}
