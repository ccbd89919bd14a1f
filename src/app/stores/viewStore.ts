/** @file How the page is shown: choices of this tab or of the link that belong to no run. */
import { createStore } from 'zustand/vanilla';
import type { ReadableStore } from '../../lib/readableStore.ts';
import { plainView, type ChartView } from '../../ui/charts/view.ts';
import { plainLayout, type Layout } from '../layoutLink.ts';

const view = createStore<ChartView>(() => plainView);
const layouts = createStore<Layout>(() => plainLayout);
const lit = createStore<Lit>(() => ({ names: [] }));

export const chartView: ReadableStore<ChartView> = view;
export const setChartView = (next: ChartView): void => view.setState(next);

/** Parts that the link hides, and whether it asks for the compact page. */
export const layout: ReadableStore<Layout> = layouts;
export const applyLayout = (next: Layout): void => layouts.setState(next);

interface Lit {
  /** Names of the control and of the drawing that the open lesson step refers to. */
  readonly names: readonly string[];
}

export const litParts: ReadableStore<Lit> = lit;
export const lightParts = (names: readonly string[]): void => lit.setState({ names });
