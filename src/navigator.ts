/**
 * Says of Node 20 what Node 21 and later say themselves. Without it node-postgres makes a `Response` to find out that it is
 * not at Cloudflare's, for which Node loads its whole HTTP client: a tenth of a command's start, in each thread again.
 */
if (!('navigator' in globalThis)) {
  const userAgent = `Node.js/${process.versions.node.split('.')[0]}`;
  Object.defineProperty(globalThis, 'navigator', { value: { userAgent }, configurable: true });
}
