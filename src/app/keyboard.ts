/** @file Space trains or pauses and a full stop makes one step, unless the focused element uses the key. */

/** A slider and a chosen switch do not use the space bar. */
const TYPING = 'input:not([type="range"], [type="radio"]:checked), textarea, select, [contenteditable="true"]';
const PRESSING = 'button, a, summary, [role="listbox"], [role="tab"], [role="radio"]';

/** Whether the focused element uses the key; a button that was only clicked does not claim the space bar. */
function belongsToFocus(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return target.closest(TYPING) !== null || (target.closest(PRESSING) !== null && target.matches(':focus-visible'));
}

/** Listens on `target` until the returned function is called. */
export function listenToKeys(
  target: EventTarget,
  actions: { readonly toggle: () => void; readonly step: () => void },
): () => void {
  const onKeyDown = (event: Event) => {
    if (!(event instanceof KeyboardEvent) || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented)
      return;
    const action = event.key === ' ' ? actions.toggle : event.key === '.' ? actions.step : null;
    if (!action || belongsToFocus(event.target)) return;
    event.preventDefault();
    if (!event.repeat) action();
  };
  target.addEventListener('keydown', onKeyDown);
  return () => target.removeEventListener('keydown', onKeyDown);
}
