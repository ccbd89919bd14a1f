/** @file The place of the comparison beside the charts; its code is loaded once there is one. */
import { Suspense } from 'react';
import { loadedPart } from '../../ui/Part.tsx';
import type { ComparisonPanelProps } from '../compare/ComparisonPanel.tsx';
import type { ComparisonState } from '../stores/comparison.ts';
import { useStore } from '../useSampled.ts';

const ComparisonPanel = loadedPart(
  'comparison',
  async () => (await import('../compare/ComparisonPanel.tsx')).ComparisonPanel,
);

const isOpenOf = (state: ComparisonState) => state.plan !== null;

export function ComparisonArea(props: ComparisonPanelProps) {
  return useStore(props.comparison, isOpenOf) ? (
    <Suspense fallback={null}>
      <ComparisonPanel {...props} />
    </Suspense>
  ) : null;
}
