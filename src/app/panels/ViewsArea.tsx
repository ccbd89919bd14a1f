/** @file The views beside the playground: the links to them, and what is shown in its place. Their code is loaded when they are first opened. */
import { lazy, Suspense, useEffect } from 'react';
import { text } from '../../ui/text.ts';
import { ViewNav } from '../../ui/ViewNav.tsx';
import { views, withPlace, playground, type Place } from '../place.ts';
import type { Comparison } from '../stores/comparison.ts';
import type { PlaceStore } from '../stores/placeStore.ts';
import { useStore } from '../useSampled.ts';

const AtlasView = lazy(async () => ({ default: (await import('../views/AtlasView.tsx')).AtlasView }));

/** A view that is still being written is not offered. */
const offered = views.filter((view) => view !== 'lessons');

const viewOf = (place: Place) => place.view;
/** Whether a view stands in the place of the playground; a lesson goes on beside it. */
const coversOf = ({ view }: Place): boolean => view === 'atlas';

export const useCovered = (place: PlaceStore): boolean => useStore(place, coversOf);

export function ViewLinks({ place }: { readonly place: PlaceStore }) {
  const current = useStore(place, viewOf);
  useEffect(() => {
    document.title = current === 'playground' ? text.product : `${text.view.views[current]} · ${text.product}`;
  }, [current]);
  return (
    <ViewNav
      views={offered} current={current} labels={text.view.views} name={text.view.viewsName}
      hrefOf={(view) => withPlace('', { ...playground, view }) || '#'} onGo={(view) => place.go({ view })}
    />
  );
}

export function ViewsArea({ place, comparison }: { readonly place: PlaceStore; readonly comparison: Comparison }) {
  const current = useStore(place, viewOf);
  return (
    <Suspense fallback={<p role="status">{text.view.loading}</p>}>
      {current === 'atlas' && <AtlasView place={place} comparison={comparison} />}
    </Suspense>
  );
}
