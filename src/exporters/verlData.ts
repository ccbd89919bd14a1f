/** @file The problems of a run in Parquet, with the columns that verl reads (volcengine/verl, docs/preparation). */
import { parquetWriteBuffer, type SchemaElement } from 'hyparquet-writer';
import type { TrainConfig } from '../rl/config/config.ts';
import type { Task } from '../tasks/task.ts';
import { promptedProblems } from './problems.ts';

const optional = { repetition_type: 'OPTIONAL' } as const;
const text = (name: string): SchemaElement => ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', ...optional });
const integer = (name: string): SchemaElement => ({ name, type: 'INT64', ...optional });
const struct = (name: string, ...fields: readonly SchemaElement[][]): SchemaElement[] => [
  { name, num_children: fields.length, ...optional },
  ...fields.flat(),
];
/** A list in the form of three levels (apache/parquet-format, LogicalTypes.md). */
const list = (name: string, element: readonly SchemaElement[]): SchemaElement[] => [
  { name, num_children: 1, converted_type: 'LIST', ...optional },
  { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
  ...element,
];

/** `problems.parquet`: a row a problem. */
export function problemsParquet(task: Task, config: TrainConfig): Uint8Array<ArrayBuffer> {
  const problems = promptedProblems(task, config);
  const hasNumbers = problems.some(({ numbers }) => numbers !== undefined);
  const schema = [
    { name: 'root', num_children: 5 },
    text('data_source'),
    ...list('prompt', struct('element', [text('role')], [text('content')])),
    text('ability'),
    ...struct('reward_model', [text('style')], [text('ground_truth')]),
    ...struct(
      'extra_info',
      [text('problem')],
      [integer('difficulty')],
      ...(hasNumbers ? [list('numbers', [integer('element')])] : []),
    ),
  ];
  const column = (name: string, of: (problem: (typeof problems)[number]) => unknown) => ({
    name,
    data: problems.map(of),
  });
  const columnData = [
    column('data_source', () => task.id),
    column('prompt', ({ prompt }) => prompt),
    column('ability', () => 'rollout'),
    column('reward_model', ({ answer }) => ({ style: 'rule', ground_truth: answer })),
    column('extra_info', ({ problem, difficulty, numbers }) => ({
      problem,
      difficulty: BigInt(difficulty),
      ...(hasNumbers ? { numbers: numbers?.map(BigInt) ?? null } : {}),
    })),
  ];
  return new Uint8Array(parquetWriteBuffer({ schema, columnData }));
}
