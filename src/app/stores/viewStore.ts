/** @file How the page is shown: choices of this tab or of the link that belong to no run. */
import { createStore } from 'zustand/vanilla';
import type { ReadableStore } from '../../lib/readableStore.ts';
import { plainView, type ChartView } from '../../ui/charts/view.ts';
import type { Phase } from '../../ui/river/view.ts';
import type { MainAction } from '../../ui/transport/words.ts';
import { plainLayout, type Layout } from '../layoutLink.ts';

const view = createStore<ChartView>(() => plainView);
const layouts = createStore<Layout>(() => plainLayout);
const nothingOpen: OpenPart = { names: [], phase: null, main: null };
const opened = createStore<OpenPart>(() => nothingOpen);

export const chartView: ReadableStore<ChartView> = view;
export const setChartView = (next: ChartView): void => view.setState(next);

/** Parts that the link hides, and whether it asks for the compact page. */
export const layout: ReadableStore<Layout> = layouts;
export const applyLayout = (next: Layout): void => layouts.setState(next);
/** Opens presentation mode with this chart; null leaves it. */
export const present = (chart: string | null): void => layouts.setState({ present: chart });

/** The open part of a lesson; nothing where no lesson is open. */
interface OpenPart {
  /** Names of the control and of the drawing that it refers to. */
  readonly names: readonly string[];
  /** The phase of the update that it is about. */
  readonly phase: Phase | null;
  /** The action of the main button. */
  readonly main: MainAction | null;
}

const calls = createStore<{ readonly count: number }>(() => ({ count: 0 }));

/** How often the main button sent the reader to the open lesson. */
export const lessonCalls: ReadableStore<{ readonly count: number }> = calls;
export const callToLesson = (): void => calls.setState(({ count }) => ({ count: count + 1 }));

export const openPart: ReadableStore<OpenPart> = opened;
export const setOpenPart = (part: OpenPart | null): void => opened.setState(part ?? nothingOpen);

interface DebriefState {
  /** The paused run, as its key and step, whose debrief was asked for; an ended run shows it unasked. */
  readonly asked: string | null;
}

const debriefs = createStore<DebriefState>(() => ({ asked: null }));

export const debriefAsked: ReadableStore<DebriefState> = debriefs;
export const askedOf = ({ asked }: DebriefState): string | null => asked;
export const momentOf = ({ key, step }: { readonly key: string; readonly step: number }): string => `${key} ${step}`;
export const askDebrief = (moment: string): void => debriefs.setState({ asked: moment });
