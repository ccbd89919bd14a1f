/** @file The HTTP headers that the page is built for, in one place for the server, the development server and the tests. */

/** Cross-origin isolation, which threads inside the WASM runtime need; the page also works without it. */
export const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const contentSecurityPolicy = [
  "default-src 'self'",
  // The runtime compiles WebAssembly; nothing else is compiled from text.
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  // A teacher may show the page in a frame of their own: there is no account and nothing to lose to whoever frames it.
  'frame-ancestors *',
].join('; ');

/** All headers that every response carries unless the server is asked to leave them out. */
export const securityHeaders = {
  ...isolationHeaders,
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};
