/** @file Numbers for people: a true minus, tabular digits, always with a unit. */

const THIN = '\u202f';
const MINUS = '\u2212';
const DASH = '\u2013';

function decimalsFor(size: number): number {
  if (size >= 100) return 0;
  if (size >= 10) return 1;
  if (size >= 1) return 2;
  return 3;
}

/** Three or four significant digits; below a thousandth in powers of ten. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return DASH;
  const size = Math.abs(value);
  const text = size > 0 && size < 0.001 ? size.toExponential(1) : size.toFixed(decimalsFor(size));
  const isZero = Number(text) === 0;
  return (value < 0 && !isZero ? MINUS : '') + text.replace('e-', `e${MINUS}`);
}

/** Two decimals, for rewards. */
export const formatHundredths = (value: number): string => value.toFixed(2).replace('-', MINUS);

/** Two decimals and always a sign, for quantities whose direction matters. */
export function formatSigned(value: number): string {
  if (!Number.isFinite(value)) return DASH;
  const text = Math.abs(value).toFixed(2);
  if (Number(text) === 0) return `0.00`;
  return (value < 0 ? MINUS : '+') + text;
}

/** A whole number with its digits grouped in threes. */
export function formatCount(value: number): string {
  if (!Number.isFinite(value)) return DASH;
  const digits = Math.round(Math.abs(value)).toString();
  return (value < 0 ? MINUS : '') + digits.replace(/\B(?=(\d{3})+$)/g, THIN);
}

/** A large whole number in thousands or millions, for axes. */
export function formatCompact(value: number): string {
  if (value < 1000) return formatCount(value);
  const [size, unit] = value < 1e6 ? [value / 1e3, 'k'] : [value / 1e6, 'M'];
  return `${Number(size.toPrecision(3))}${THIN}${unit}`;
}

/** A share as per cent. */
export function formatShare(value: number): string {
  if (!Number.isFinite(value)) return DASH;
  const percent = value * 100;
  const digits = percent !== 0 && Math.abs(percent) < 10 ? 1 : 0;
  return `${percent.toFixed(digits)}${THIN}%`;
}

/** Seconds, or milliseconds below one second. */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return DASH;
  if (seconds < 1) return `${Math.round(seconds * 1000)}${THIN}ms`;
  if (seconds < 90) return `${seconds.toFixed(seconds < 10 ? 2 : 0)}${THIN}s`;
  return `${Math.round(seconds / 60)}${THIN}min`;
}

/** Bytes as decimal megabytes, below 0.1 MB as kilobytes, from 1000 MB on as gigabytes. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return DASH;
  if (bytes < 1e5) return `${(bytes / 1e3).toFixed(1)}${THIN}kB`;
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(2)}${THIN}GB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 1)}${THIN}MB`;
}

/** A value with its unit; shares become per cent, `tokens` and similar units are written out. */
export function formatValue(value: number, unit: string): string {
  if (unit === 'share') return formatShare(value);
  if (unit === 's') return formatSeconds(value);
  return unit ? `${formatNumber(value)}${THIN}${unit}` : formatNumber(value);
}

/** A lower and an upper bound in brackets; shares in per cent, with one sign. */
export function formatRange([low, high]: readonly [number, number], unit: string): string {
  if (unit === 'share') return `[${(low * 100).toFixed(0)}, ${(high * 100).toFixed(0)}${THIN}%]`;
  return `[${formatNumber(low)}, ${formatNumber(high)}]`;
}
