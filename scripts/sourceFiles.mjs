/** @file The source files of the project, without generated ones. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './install.mjs';

export const sourceRoots = ['src', 'cli', 'e2e', 'scripts', 'testing', 'bench'];

/** Paths from the root of a checkout, this one by default, with forward slashes. */
export const sourceFiles = (checkout = projectRoot) =>
  sourceRoots
    .filter((root) => existsSync(join(checkout, root)))
    .flatMap((root) =>
      readdirSync(join(checkout, root), { recursive: true, encoding: 'utf8' }).map(
        (name) => `${root}/${name.replaceAll('\\', '/')}`,
      ),
    )
    .filter((path) => /\.(tsx?|mjs|css)$/.test(path) && !/\/(?:generated|node_modules)\//.test(path));
