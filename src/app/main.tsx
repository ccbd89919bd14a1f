/** @file The entry: opens the tasks that the link names, then the page. */
import './styles.ts';
import { applyInitialScheme } from './colorScheme.ts';
import { openLinked } from './ownLink.ts';
import { startPage } from './page.tsx';
import { browserHost } from './storage/host.ts';
import { linkWords } from './url.ts';

applyInitialScheme();
const opening = openLinked(linkWords(location.search, location.hash), browserHost);
// No top-level await: code that is loaded meanwhile imports from this file's chunk, and would wait for it for ever.
if (opening) void opening.then(startPage);
else startPage();
