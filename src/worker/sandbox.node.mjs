/** @file Where a sandbox's Node thread begins: TypeScript has to be switched on in every thread anew. */
import { register } from 'tsx/esm/api';

register();
await import('./sandbox.node.ts');
