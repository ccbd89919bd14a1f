/** @file The page's few icons, drawn in the colour of the text around them and hidden from screen readers. */

const paths = {
  play: 'M7 4.5v15l12-7.5z',
  pause: 'M6 4.5h4v15H6zM14 4.5h4v15h-4z',
  step: 'M5 4.5v15l9-7.5zM16 4.5h3v15h-3z',
  reset: 'M12 5V1.5L7 6l5 4.5V7a5.5 5.5 0 1 1-5.5 5.5h-2A7.5 7.5 0 1 0 12 5z',
  about: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm-1 4h2v2h-2zm0 4h2v6h-2z',
  table: 'M3 5h18v14H3zm2 2v3h6V7zm8 0v3h6V7zm-8 5v5h6v-5zm8 0v5h6v-5z',
  chart: 'M4 4h2v14h14v2H4zm4 9 4-5 3 3 5-6 1.5 1.3-6.4 7.7-3-3-2.6 3.2z',
  undo: 'M9 5 3 10.500l6 5.500v-4h5a3.500 3.500 0 0 1 0 7H9v2h5a5.500 5.500 0 0 0 0-11H9z',
  previous: 'M15.500 5 8.500 12l7 7 1.500-1.500L11.500 12 17 6.500z',
  next: 'M8.500 5l7 7-7 7L7 17.500 12.500 12 7 6.500z',
  present: 'M3 4h18v12h-8v2h3v2H8v-2h3v-2H3zm2 2v8h14V6z',
  light:
    'M12 7.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zM11 1.500h2v3.500h-2zM11 19h2v3.500h-2zM1.500 11H5v2H1.500zM19 11h3.500v2H19zM4 5.500 5.500 4 8 6.500 6.500 8zM16 17.500l1.500-1.500 2.500 2.500-1.500 1.500zM18.500 4 20 5.500 17.500 8 16 6.500zM6.500 16 8 17.500 5.500 20 4 18.500z',
  dark: 'M20 14.500A8.500 8.500 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500z',
  auto: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 2v14a7 7 0 0 1 0-14z',
  pin: 'M8 3h8v2l-1 1v5l3 3v2h-5v5l-1 1-1-1v-5H6v-2l3-3V6L8 5z',
  pencil:
    'M3 17.250V21h3.750L17.800 9.950 14.050 6.200zM20.700 7.050a1 1 0 0 0 0-1.400l-2.350-2.350a1 1 0 0 0-1.400 0l-1.850 1.850 3.750 3.750z',
  fork: 'M6 3a3 3 0 0 0-1 5.830v6.340a3 3 0 1 0 2 0V13h7a4 4 0 0 0 4-4v-.170a3 3 0 1 0-2 0V9a2 2 0 0 1-2 2H7V8.830A3 3 0 0 0 6 3z',
  bin: 'M9 3h6l1 2h4v2H4V5h4zM6 9h12l-1 12H7z',
  save: 'M11 3h2v9l3-3 1.400 1.400L12 15.800l-5.400-5.400L8 9l3 3zM4 18h16v2H4z',
  share:
    'M18 2a3.500 3.500 0 0 0-3.400 4.300L8.500 9.800a3.500 3.500 0 1 0 0 4.400l6.100 3.500a3.500 3.500 0 1 0 1-1.700l-6.100-3.600a3.500 3.500 0 0 0 0-.800l6.100-3.600A3.500 3.500 0 1 0 18 2z',
  away: 'M14 3h7v7h-2V6.400l-8.300 8.300-1.400-1.400L17.600 5H14zM5 5h5v2H5v12h12v-5h2v7H3V5z',
  open: 'M11 16h2V7l3 3 1.400-1.400L12 3.200 6.600 8.600 8 10l3-3zM4 18h16v2H4z',
  up: 'M12 8l7 7-1.500 1.500L12 11l-5.500 5.500L5 15z',
  down: 'M12 16l7-7-1.500-1.500L12 13 6.500 7.500 5 9z',
  dice: 'M4 4h16v16H4zm2 2v12h12V6zm2 2h3v3H8zm5 5h3v3h-3z',
} as const;

export type IconName = keyof typeof paths;

/** An icon one em high. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg viewBox="0 0 24 24" width="1.15em" height="1.15em" fill="currentColor" aria-hidden="true" focusable="false">
      <path d={paths[name]} fillRule="evenodd" />
    </svg>
  );
}
