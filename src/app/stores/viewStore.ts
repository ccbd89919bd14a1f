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
/** Opens presentation mode with this chart; null leaves it. */
export const present = (chart: string | null): void => layouts.setState({ present: chart });

interface Lit {
  /** Names of the control and of the drawing that the open lesson step refers to. */
  readonly names: readonly string[];
}

export const litParts: ReadableStore<Lit> = lit;
export const lightParts = (names: readonly string[]): void => lit.setState({ names });

interface DebriefState {
  /** The paused run, as its key and step, whose debrief was asked for; an ended run shows it unasked. */
  readonly asked: string | null;
}

const debriefs = createStore<DebriefState>(() => ({ asked: null }));

export const debriefAsked: ReadableStore<DebriefState> = debriefs;
export const askedOf = ({ asked }: DebriefState): string | null => asked;
export const momentOf = ({ key, step }: { readonly key: string; readonly step: number }): string => `${key} ${step}`;
export const askDebrief = (moment: string): void => debriefs.setState({ asked: moment });
