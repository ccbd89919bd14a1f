/** @file The drawing area inside a chart's box: the one definition that axes, paths and crosshair share. */
import type { Size } from './useVisible.ts';

/** CSS pixels from the box's corner; `width` and `height` are those of the area between the axes. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly axisHeight: number;
}

export function frameOf({ width, height, rem }: Size): Frame {
  const [left, right, top, axisHeight] = [2.6 * rem, 0.75 * rem, 0.45 * rem, 1.2 * rem];
  return {
    left,
    right,
    top,
    axisHeight,
    width: Math.max(1, width - left - right),
    height: Math.max(1, height - top - axisHeight),
  };
}

/** Pixels from the left of the box for a position on an axis that runs from 0 to `span`. */
export const toPixels = (frame: Frame, span: number, x: number): number => frame.left + (x / span) * frame.width;

/** The position under so many pixels, kept on the axis. */
export const fromPixels = (frame: Frame, span: number, pixels: number): number =>
  Math.max(0, Math.min(span, ((pixels - frame.left) / frame.width) * span));
