import type { CredentialValues } from './credentials.ts';
import type { ResponseMessage } from './exchange.ts';
import { valueAt } from './jsonPointer.ts';
import type { Provider } from './provider.ts';
import { jsonOrNothing } from './tokenResponse.ts';

/**
 * The identifier that the provider's support asks for, of a success or a failure alike; `undefined` for what does not look
 * like one. It is shown and logged, and a server may send back what it was sent: nothing that shares text with a secret is taken.
 */
export function correlationIdOf(provider: Provider, { body }: ResponseMessage, credentials: CredentialValues): string | undefined {
  const { correlationId, token } = provider.response;
  if (correlationId === undefined) return undefined;
  const document = jsonOrNothing(body);
  const id = valueAt(document, correlationId);
  if (typeof id !== 'string' || !/^[\w.-]{1,64}$/.test(id)) return undefined;
  const values = [...Object.values(credentials), valueAt(document, token)].filter((value) => typeof value === 'string');
  const secrets = values.filter((value) => value !== '');
  return secrets.some((secret) => secret.includes(id) || id.includes(secret)) ? undefined : id;
}
