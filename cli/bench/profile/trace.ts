/** @file The traces of ONNX Runtime's profiler: kernels and runs of one session. */
import { z } from 'zod';
import { assert } from '../../../src/lib/assert.ts';
import type { Shape } from '../../../src/engine/graph/index.ts';

/** One call of a kernel. */
export interface Kernel {
  /** Name of the node; for nodes that the runtime fused, it begins with the name of one of them. */
  readonly node: string;
  /** ONNX operator, after the runtime's own optimisation. */
  readonly op: string;
  readonly microseconds: number;
  /** Shapes of inputs and outputs; a constant that the runtime has repacked is missing. */
  readonly inputs: readonly Shape[];
  readonly outputs: readonly Shape[];
}

/** One run of a session. */
export interface TracedRun {
  readonly microseconds: number;
  readonly kernels: readonly Kernel[];
}

/** A list of tensors, each as `{"float": [2, 3]}`. */
const shapes = z
  .array(z.record(z.string(), z.array(z.number())))
  .transform((list) => list.map((tensor) => Object.values(tensor)[0] as number[]));

const event = z.object({
  cat: z.string(),
  name: z.string(),
  dur: z.number(),
  args: z.object({
    op_name: z.string().optional(),
    input_type_shape: shapes.optional(),
    output_type_shape: shapes.optional(),
  }),
});

const KERNEL = '_kernel_time';

/**
 * The runs in a trace, in order: JSON with an event per kernel, each run's kernels before the run itself. Throws a
 * UsageError for text of another form.
 */
export function parseTrace(text: string): TracedRun[] {
  const events = z.array(event).safeParse(jsonOf(text));
  assert(events.success, `trace: ${events.error?.issues[0]?.message} at ${events.error?.issues[0]?.path.join('.')}`);
  const runs: TracedRun[] = [];
  let kernels: Kernel[] = [];
  for (const { cat, name, dur, args } of events.data) {
    if (cat === 'Node' && name.endsWith(KERNEL))
      kernels.push({
        node: name.slice(0, -KERNEL.length),
        op: args.op_name ?? '',
        microseconds: dur,
        inputs: args.input_type_shape ?? [],
        outputs: args.output_type_shape ?? [],
      });
    else if (name === 'model_run') {
      runs.push({ microseconds: dur, kernels });
      kernels = [];
    }
  }
  return runs;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`trace: ${text.length} characters are no JSON`, { cause });
  }
}
