/** @file The graph language: everything a policy, an objective or an optimizer is written with. */
export * from './elementwise.ts';
export * from './layout.ts';
export * from './linear.ts';
export * from './order.ts';
export * from './reduce.ts';
export { broadcastShape, sameShape } from './shapes.ts';
export * from './value.ts';
