/**
 * @file Whether an answer is the requested file. A host with single-page fallback answers 200 with its page for a
 * missing file.
 */

/** Media types that browsers require. Other files may have any type but HTML: many hosts do not know `.wasm`. */
const demanded: Readonly<Record<string, RegExp>> = {
  html: /^text\/html\b/,
  js: /^(?:text|application)\/(?:x-)?(?:java|ecma)script\b/,
  css: /^text\/css\b/,
};

/** Whether status and content type match the file at `path`, relative to the page's folder; the page itself is ''. */
export function fits(path: string, response: Response): boolean {
  const type = response.headers.get('content-type') ?? '';
  const extension = path === '' ? 'html' : (/\.(\w+)$/.exec(path)?.[1] ?? '');
  const wanted = Object.hasOwn(demanded, extension) ? demanded[extension] : undefined;
  return response.status === 200 && !response.redirected && (wanted ? wanted.test(type) : !/^text\/html\b/.test(type));
}

/** SHA-256 (FIPS 180-4) of a body, in base64. Consumes the body. */
async function sha256Of(response: Response): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await response.arrayBuffer()));
  return btoa(String.fromCharCode(...digest));
}

/**
 * Whether the answer also has the bytes of the build; a file missing in `sha256` (path -> base64) is judged by its
 * type. Leaves the body unread.
 */
export async function isIntact(
  path: string,
  response: Response,
  sha256: Readonly<Record<string, string>>,
): Promise<boolean> {
  if (!fits(path, response)) return false;
  const expected = Object.hasOwn(sha256, path) ? sha256[path] : undefined;
  return expected === undefined || (await sha256Of(response.clone())) === expected;
}
