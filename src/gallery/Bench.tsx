/** @file Exhibit of the bench: columns with an update, without advantages, left out, at work, and refused. */
import { useState } from 'react';
import { benchColumns, benchGroup } from '../app/fixture/fakeBench.ts';
import { BenchTable } from '../ui/bench/BenchTable.tsx';
import { Exhibit } from './Exhibit.tsx';

const choices = [{ id: 'grpo', title: 'GRPO', summary: 'Groups of completions.', group: 'Groups of completions' }];
const ignore = () => undefined;

export function Bench() {
  const [columns, setColumns] = useState(benchColumns);
  return (
    <Exhibit name="Bench: every state of a column">
      <BenchTable
        group={benchGroup}
        columns={columns}
        choices={choices}
        most={6}
        isGraded={false}
        onPick={ignore}
        onRemove={(removed) => setColumns(columns.filter(({ id }) => id !== removed))}
      />
    </Exhibit>
  );
}
