/**
 * @file The HTTP headers that the page expects, shared by the server, the development server and the tests.
 */

/** Cross-origin isolation, needed for threads inside the WASM runtime; the page also works without it. */
export const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const contentSecurityPolicy = [
  "default-src 'self'",
  // The runtime compiles WebAssembly; no code is compiled from text.
  "script-src 'self' 'wasm-unsafe-eval'",
  // In a frame with an opaque origin a worker starts from a data URL.
  "worker-src 'self' blob: data:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  // A model that the visitor opens by its id comes from the Hugging Face hub: huggingface.co answers, and sends large
  // files from servers under its two domains whose names change with region and time. Nothing is asked before.
  "connect-src 'self' https://huggingface.co https://*.huggingface.co https://*.hf.co",
  "manifest-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  // Any page may frame this one: it has no accounts and no secrets.
  'frame-ancestors *',
].join('; ');

/**
 * Lets every page frame this one. A parent with COEP needs the first; a frame with `sandbox="allow-scripts"` has an
 * opaque origin and needs the second for module scripts and fetches. The files are public and the same for everybody.
 */
const framingHeaders = {
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Access-Control-Allow-Origin': '*',
};

/** Headers of every response, unless the server is asked to omit them. */
export const securityHeaders = {
  ...isolationHeaders,
  ...framingHeaders,
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};
