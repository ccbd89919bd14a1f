/** @file Where a Node thread begins: TypeScript has to be switched on in every thread anew. */
import { register } from 'tsx/esm/api';

register();
await import('./lane.node.ts');
