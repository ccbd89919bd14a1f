/** @file Metrics of the optimizer: how often it was applied, and to which gradient. */
import type { StepFacts } from './facts.ts';
import type { Metrics } from './metric.ts';

export const optimizer = {
  grad_norm: {
    label: 'Gradient norm',
    unit: '',
    formula: '‖∇‖₂ before clipping',
    summary: 'Length of the adapter’s gradient before it is clipped, at the last update of the step.',
    chart: { id: 'grad-norm', line: 'Before clipping', color: 'other' },
    of: ({ updates }) => updates.at(-1)?.gradNorm ?? 0,
  },
  num_updates: {
    label: 'Updates',
    unit: 'updates',
    formula: 'passes × mini-batches that learn',
    summary: 'How often the optimizer was applied in this step.',

    of: ({ updates }) => updates.length,
  },
  num_updates_zero_grad: {
    label: 'Updates without gradient',
    unit: 'updates',
    formula: 'updates with ‖∇‖₂ = 0',
    summary: 'Updates of the step that had no gradient: they are Adam’s momentum from earlier updates alone.',
    only: 'where there are any',

    of: ({ updates }) => updates.filter(({ gradNorm }) => gradNorm === 0).length || undefined,
  },
  learning_rate: {
    label: 'Learning rate',
    unit: '',
    formula: 'schedule at this step',
    summary: 'The rate this update used.',

    of: ({ learningRate }) => learningRate,
  },
} satisfies Metrics<StepFacts>;
