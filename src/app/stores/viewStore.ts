/** @file How the charts are looked at: a choice of this tab, no part of any run. */
import { createStore } from 'zustand/vanilla';
import { plainView, type ChartView } from '../../ui/charts/view.ts';

export const chartView = createStore<ChartView>(() => plainView);
