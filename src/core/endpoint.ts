import { AuthError } from './errors.ts';

/** An absolute token URL that credentials may be sent to: HTTPS, or HTTP to this machine; no user info, no fragment. */
export function parseEndpoint(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new AuthError('invalidUrl', 'The token URL is not a complete address. Enter one such as https://api.example.com/token.');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new AuthError('invalidUrl', 'The token URL must start with https://.');
  // A backslash counts as a slash to browsers and Node alike, so that the eye and the parser disagree on the host.
  if (url.username || url.password || text.includes('\\') || /^\s*https?:\/\/[^/?#]*@/i.test(text))
    throw new AuthError(
      'invalidUrl',
      `The token URL must not contain a user name, a password or a backslash. It would go to ${url.origin}.`,
    );
  if (url.hash) throw new AuthError('invalidUrl', 'The token URL must not contain a fragment (#…).');
  if (url.protocol === 'http:' && !isLoopback(url))
    throw new AuthError(
      'insecureUrl',
      `The token URL ${url.origin} is not encrypted. Use https://; plain http:// works for this machine only.`,
    );
  return url;
}

export function isLoopback(url: URL): boolean {
  return url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(url.hostname);
}
