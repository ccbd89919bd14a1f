/** @file How the page is looked at: a choice of this tab or of the link, no part of any run. */
import { createStore } from 'zustand/vanilla';
import { plainView, type ChartView } from '../../ui/charts/view.ts';
import { plainLayout, type Layout } from '../layoutLink.ts';

export const chartView = createStore<ChartView>(() => plainView);

/** What the link hides, and whether it asks for the compact page. */
export const layout = createStore<Layout>(() => plainLayout);

/** The control that the lesson in hand speaks of, null where it speaks of none. */
export const litControl = createStore<{ readonly control: string | null }>(() => ({ control: null }));
