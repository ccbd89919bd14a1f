/**
 * @file Space trains or pauses and a full stop makes one step, wherever nothing is being typed. A control that was
 * reached by keyboard keeps Space for itself.
 */

/** Input types in which no text is typed. */
const UNTYPED = ['button', 'checkbox', 'color', 'file', 'image', 'radio', 'range', 'reset', 'submit'];
const TYPING = `input:not(${UNTYPED.map((type) => `[type="${type}"]`).join()}), textarea, [contenteditable="true"]`;
/** Controls that Space activates; a slider and a chosen switch do not use it. */
const PRESSING =
  'button, a, summary, select, input:not([type="range"], [type="radio"]:checked), [role="listbox"], [role="tab"], [role="radio"]';

/** Listens on `target` until the returned function is called. */
export function listenToKeys(
  target: EventTarget,
  actions: { readonly toggle: () => void; readonly step: () => void },
): () => void {
  // The browser sets :focus-visible on a clicked button as soon as a key is pressed, so the pointer is noted here.
  let isByPointer = false;
  let isTaken = false;
  const belongsToFocus = (at: EventTarget | null, key: string): boolean =>
    at instanceof Element &&
    (at.closest(TYPING) !== null || (key === ' ' && !isByPointer && at.closest(PRESSING) !== null));
  const onKeyDown = (event: Event) => {
    if (!(event instanceof KeyboardEvent)) return;
    if (event.key === 'Tab' || event.key.startsWith('Arrow')) isByPointer = false;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const action = event.key === ' ' ? actions.toggle : event.key === '.' ? actions.step : null;
    isTaken = action !== null && !belongsToFocus(event.target, event.key);
    if (!action || !isTaken) return;
    event.preventDefault();
    if (!event.repeat) action();
  };
  const listeners: Readonly<Record<string, (event: Event) => void>> = {
    pointerdown: () => {
      isByPointer = true;
    },
    keydown: onKeyDown,
    // Firefox presses a button when Space is released, even if its keydown was cancelled.
    keyup: (event) => {
      if (isTaken) event.preventDefault();
      isTaken = false;
    },
  };
  // In the capture phase: some controls end the propagation of their pointer events.
  for (const [name, listener] of Object.entries(listeners))
    target.addEventListener(name, listener, name === 'pointerdown');
  return () => {
    for (const [name, listener] of Object.entries(listeners))
      target.removeEventListener(name, listener, name === 'pointerdown');
  };
}
