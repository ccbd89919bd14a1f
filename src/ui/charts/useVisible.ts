/** @file Whether an element is on screen and its size, so that nothing is drawn off screen. */
import { useEffect, useRef, useState, type RefObject } from 'react';

/** A ref and whether its element is in or near the viewport. */
export function useVisible<T extends Element>(): [RefObject<T | null>, boolean] {
  const ref = useRef<T | null>(null);
  const [visible, setVisible] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const observer = new IntersectionObserver((entries) => setVisible(entries.at(-1)?.isIntersecting ?? false));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, visible];
}

export interface Size {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** CSS pixels per rem; it grows in presentation mode and on large screens. */
  readonly rem: number;
}

/** A ref and the size of its element, null until it is laid out. */
export function useSize<T extends Element>(): [RefObject<T | null>, Size | null] {
  const ref = useRef<T | null>(null);
  const [size, setSize] = useState<Size | null>(null);
  useEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const observer = new ResizeObserver((entries) => {
      const box = entries.at(-1)?.contentRect;
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      if (box && box.width > 0 && box.height > 0) setSize({ width: box.width, height: box.height, rem });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, size];
}
