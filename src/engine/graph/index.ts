/** @file The graph language, in which policies, objectives and optimizers are written. */
export * from './einsum.ts';
export * from './elementwise.ts';
export * from './layout.ts';
export * from './linear.ts';
export * from './order.ts';
export * from './reduce.ts';
export { sameShape } from './shapes.ts';
export * from './value.ts';
