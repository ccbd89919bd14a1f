/**
 * @file Puts `src/app/ahead.ts` before every other script of the page, as a separate script that waits for none of
 * them.
 */

const source = 'src/app/ahead.ts';

/** @returns {import('vite').Plugin} */
export function aheadPlugin() {
  return {
    name: 'ahead',
    transformIndexHtml(_html, { path, bundle }) {
      if (path !== '/index.html') return [];
      const built = Object.values(bundle ?? {}).find(
        (file) => file.type === 'chunk' && file.facadeModuleId?.replaceAll('\\', '/').endsWith(source),
      );
      if (bundle && built?.type !== 'chunk') throw new Error(`${source} is not among the build's entries`);
      const [address, parts] =
        built?.type === 'chunk'
          ? [`./${built.fileName}`, built.imports.map((name) => `./${name}`)]
          : [`/${source}`, []];
      return [
        {
          tag: 'script',
          attrs: { type: 'module', async: true, crossorigin: true, src: address },
          injectTo: 'head-prepend',
        },
        // Otherwise these would wait for everything that the page itself needs.
        ...parts.map((href) => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href },
          injectTo: /** @type {const} */ ('head-prepend'),
        })),
      ];
    },
  };
}
