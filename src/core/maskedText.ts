/** Stands for what is not shown. */
export const mask = '•••';

/** Text of another party for one line of plain text: nothing in it is invisible, ends the line or turns its direction. */
export function visibleText(text: string): string {
  return text.replaceAll(/[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]/gu, picture).replaceAll(/\p{Zs}/gu, ' ');
}

/** The same, in which no e-mail address, telephone number or card number can be read; the mask alone for what holds credentials. */
export function maskedText(text: string): string {
  if (credentials.test(text) || hidesJson(text)) return mask;
  return visibleText(text).replaceAll(address, maskAddress).replaceAll(number, maskNumber);
}

/** The first characters of a text that is longer, and an ellipsis. */
export function cutText(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : text;
}

/** Unicode has pictures of the C0 controls. */
function picture(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x20 ? String.fromCodePoint(0x2400 + code) : '\ufffd';
}

/**
 * A JWT (RFC 7519), what follows a scheme in an Authorization field (RFC 6750, RFC 7617), and keys whose prefix says what they are.
 * A JWT is read from its dot backwards, so that a long text of its first letters is read once only.
 */
const credentials = new RegExp(
  [
    String.raw`\.eyJ(?<=eyJ[\w-]+\.eyJ)`,
    String.raw`(?<![a-z\d])(?:basic|bearer)(?:\s|%20|\+)+\S`,
    String.raw`(?<![a-z\d])(?:[prs]k_(?:live|test)|whsec)_\w`,
  ].join('|'),
  'i',
);

/** Where base64 or base64url (RFC 4648) could begin: 16 characters, of which the last may be padding. */
const encodedStart = /(?:(?<![a-z\d])|(?=eyJ))(?=([\w+/-]{14}[\w+/=-]{2}))/gi;
/** Of a JSON text (RFC 8259) its first bytes: whitespace ahead of it can be all of them, and the last character can be cut. */
const jsonStart = /^\ufeff?[ \t\r\n]*(?:$|[{[](?:[\t\r\n]|(?!\ufffd)\P{Cc})*\ufffd?$)/u;

/** Whether a JSON object or array stands in it as base64, where nothing could find what is personal or secret. */
function hidesJson(text: string): boolean {
  for (const [, start = ''] of text.matchAll(encodedStart)) if (jsonStart.test(Buffer.from(start, 'base64').toString())) return true;
  return false;
}

const atom = String.raw`[^\s@＠﹫<>()[\]{}"',;:|\\/=&?#]`;
/** Begins where a word does, so that a long text without an address is read once only. */
const address = new RegExp(`(?<!${atom})(${atom}+)(?:[@＠﹫]|%40)((?:${atom}|[@＠﹫])+)`, 'giu');

/** The first letters and the top-level domain stay. */
function maskAddress(_: string, local: string, domain: string): string {
  const [first = '', host = ''] = [local, domain].map((part) => String.fromCodePoint(part.codePointAt(0) ?? 0));
  return `${first}${mask}@${host}${mask}${/\.\p{L}{2,24}(?=\.?$)/u.exec(domain)?.[0] ?? ''}`;
}

/** Groups of the North American Numbering Plan. */
const northAmerican = String.raw`\(?\d{2,4}\)?[ .-]\d{3,4}[ .-]\d{4}`;
/** With the trunk prefix of most countries (ITU-T E.123), and whatever groups follow the area code. */
const trunk = String.raw`\(?0[1-9]\d{1,4}\)?[ ./-]{1,3}\d(?:[ ./-]?\d){5,9}`;
/** UUIDs, which are shown, ahead of what their digits could be taken for: telephone numbers (E.164) and card numbers (ISO/IEC 7812). */
const number = new RegExp(
  [
    String.raw`(?<uuid>(?<!\w)[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}(?!\w))`,
    String.raw`(?<telephone>(?<!\w)(?:\+|00)[1-9](?:[ ()./-]{0,2}\d){6,14}(?!\d)|(?<![\w.-])(?:${northAmerican}|${trunk})(?!\w|[.-]\d))`,
    String.raw`(?<!\d[ -]?)\d(?:[ -]?\d){12,18}(?![ -]?\d)`,
    // Only in the groups that cards have: a decimal and a date have dots, too.
    String.raw`(?<!\d[ ./_-]?)(?=\d{4}[ ./_-]\d{4,6}[ ./_-])\d(?:[ ./_-]?\d){12,18}(?![ ./_-]?\d)`,
  ].join('|'),
  'gi',
);

function maskNumber(found: string, ...details: unknown[]): string {
  const { uuid, telephone } = details.at(-1) as Partial<Record<'uuid' | 'telephone', string>>;
  return uuid === undefined && (telephone !== undefined || passesLuhn(found)) ? mask : found;
}

/** The check digit of card numbers (ISO/IEC 7812-1 annex B). */
function passesLuhn(text: string): boolean {
  const digits = Array.from(text.replaceAll(/\D/g, ''), Number).reverse();
  return digits.reduce((sum, digit, index) => sum + (index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2), 0) % 10 === 0;
}
