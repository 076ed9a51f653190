import { AuthError } from './errors.ts';

/** @param status of the proxy's answer to the request, or to the CONNECT ahead of it */
export function proxyRefused(status: number): AuthError {
  return new AuthError(
    'proxyRefused',
    `The proxy refused the connection (${String(status)}). Check VS Code’s proxy settings (http.proxy).`,
    {
      status,
    },
  );
}
