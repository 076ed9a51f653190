import type { CredentialValues } from './credentials.ts';
import { parseEndpoint } from './endpoint.ts';
import { AuthError } from './errors.ts';
import type { RequestMessage } from './exchange.ts';
import { setAt } from './jsonPointer.ts';
import type { Provider } from './provider.ts';

/**
 * Builds the token request of a provider.
 * @throws AuthError `invalidUrl`, `insecureUrl`, `credentialsMissing`, `credentialNotSendable`
 */
export function buildTokenRequest(provider: Provider, tokenUrl: string, credentials: CredentialValues): RequestMessage {
  const missing = provider.credentials.filter((field) => field.required && !credentials[field.id]);
  if (missing.length > 0)
    throw new AuthError(
      'credentialsMissing',
      `No ${missing.map((field) => field.label).join(' and no ')} is stored. Enter the credentials.`,
    );

  const { method, parameters } = provider.request;
  const url = parseEndpoint(tokenUrl);
  const headers: Record<string, string> = { accept: 'application/json', ...provider.request.headers };
  const form = new URLSearchParams();
  const json: Record<string, unknown> = {};

  for (const parameter of parameters) {
    if (parameter.in === 'basic') {
      const encode = (field: string) => (parameter.formEncoded ? formEncode(credentials[field] ?? '') : (credentials[field] ?? ''));
      headers.authorization = `Basic ${base64(`${encode(parameter.username)}:${encode(parameter.password)}`)}`;
      continue;
    }
    const value = 'value' in parameter ? parameter.value : credentials[parameter.field];
    if (!value) continue;
    if (parameter.in === 'json') setAt(json, parameter.at, value);
    else if (parameter.in === 'form') form.append(parameter.name, value);
    else if (parameter.in === 'query') url.searchParams.append(parameter.name, value);
    else headers[parameter.name.toLowerCase()] = fieldValue(value, parameter.name);
  }

  const encoding = parameters.find((parameter) => parameter.in === 'json' || parameter.in === 'form')?.in;
  if (encoding === undefined) return { url: url.href, method, headers };
  headers['content-type'] =
    provider.request.contentType ?? (encoding === 'json' ? 'application/json' : 'application/x-www-form-urlencoded');
  return { url: url.href, method, headers, body: encoding === 'json' ? JSON.stringify(json) : form.toString() };
}

/** RFC 9110 section 5.5 in its safe part: nothing that could end the field or be read in two ways. */
function fieldValue(value: string, name: string): string {
  if (!/^[\x20-\x7e]+$/.test(value))
    throw new AuthError(
      'credentialNotSendable',
      `The stored value for the header ${name} holds characters that a header cannot carry. Enter it again.`,
    );
  return value;
}

function formEncode(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
