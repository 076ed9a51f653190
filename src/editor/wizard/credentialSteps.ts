import type { CredentialValues } from '../../core/credentials.ts';
import { parsePastedCredentials } from '../../core/pastedCredentials.ts';
import type { CredentialField, Provider } from '../../core/provider.ts';
import { providers } from '../../core/providers/index.ts';
import { inputStep, type Step } from './multiStep.ts';
import { required, type Answers } from './answers.ts';

/** A box per field of whichever provider is chosen by then. */
export function credentialSteps(stored: CredentialValues | undefined): Step<Answers>[] {
  const most = Math.max(...providers.map(({ credentials }) => credentials.length));
  return Array.from({ length: most }, (_, index) => ({
    applies: ({ provider, pasted }: Answers) => {
      const field = provider?.credentials[index];
      return field !== undefined && !pasted.has(field.id);
    },
    ask: (answers: Answers, place) => {
      const provider = required(answers.provider);
      const field = required(provider.credentials[index]);
      const initial =
        answers.credentials[field.id] ?? (field.secret ? undefined : (stored?.[field.id] ?? answers.environment?.defaults?.[field.id]));
      const keeps = field.secret && stored?.[field.id] !== undefined;
      return inputStep(place, {
        prompt: `${field.label}${field.required ? '' : ' (optional)'} · ${field.description}`,
        placeholder: keeps
          ? field.required
            ? 'Leave empty to keep the stored one'
            : 'Leave empty to keep the stored one; a hyphen removes it'
          : field.required
            ? 'Paste it, or all credentials at once: a JSON body, .env lines or a curl command'
            : 'Leave empty to send none',
        value: initial,
        password: field.secret,
        problem: (value) => credentialProblem(value, field, provider, keeps),
        onType: (value) => takePaste(value, field, provider, answers),
        onAccept: (value) => {
          // Typed over after a paste: then the rest of the paste is to be looked at too.
          if (answers.credentials[field.id] !== value) answers.pasted.clear();
          const removed = keeps && !field.required && value === '-';
          answers.credentials[field.id] = removed ? '' : value === '' && keeps ? (stored[field.id] ?? '') : value;
        },
      });
    },
  }));
}

function credentialProblem(value: string, field: CredentialField, provider: Provider, keeps: boolean): string | undefined {
  if (value.trim() === '') return field.required && !keeps ? `Enter the ${field.label}.` : undefined;
  if (value.length > 8192) return 'Use at most 8,192 characters.';
  const inHeader = provider.request.parameters.some(
    (parameter) => parameter.in === 'header' && 'field' in parameter && parameter.field === field.id,
  );
  if (inHeader && !/^[\x20-\x7e]*$/.test(value)) return 'It is sent in a header, which takes letters, digits and punctuation only.';
  return undefined;
}

/** A paste that names fields fills them all; plain text is left alone. */
function takePaste(
  value: string,
  field: CredentialField,
  provider: Provider,
  answers: Answers,
): { value: string; note: string } | undefined {
  if (value.length < 8 || !/[={:]/.test(value)) return undefined;
  const found = parsePastedCredentials(value, provider.credentials);
  const filled = provider.credentials.filter(({ id }) => found[id] !== undefined);
  if (filled.length < 2 && found[field.id] === undefined) return undefined;
  for (const { id } of filled) answers.credentials[id] = found[id] ?? '';
  for (const id of filledBy(found, provider)) if (id !== field.id) answers.pasted.add(id);
  const labels = new Intl.ListFormat('en').format(filled.map(({ label }) => label));
  return { value: found[field.id] ?? '', note: `Filled from what you pasted: ${labels}.` };
}

/** The fields that need no box: those that are given, and, where several are, those that are left out and nothing demands. */
export function filledBy(found: CredentialValues, provider: Provider | undefined): string[] {
  const fields = provider?.credentials ?? [];
  const filled = fields.filter(({ id }) => found[id] !== undefined);
  return fields.filter((field) => filled.includes(field) || (!field.required && filled.length > 1)).map(({ id }) => id);
}
