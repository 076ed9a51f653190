/** Stands for what is not shown. */
export const mask = '•••';

/** Text of another party for one line of plain text: nothing in it is invisible, ends the line or turns its direction. */
export function visibleText(text: string): string {
  return text.replaceAll(/[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]/gu, picture).replaceAll(/\p{Zs}/gu, ' ');
}

/** The same, in which no e-mail address, telephone number or card number can be read. */
export function maskedText(text: string): string {
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

const atom = String.raw`[^\s@＠﹫<>()[\]{}"',;:|\\/=&?#]`;
/** Begins where a word does, so that a long text without an address is read once only. */
const address = new RegExp(`(?<!${atom})(${atom}+)(?:[@＠﹫]|%40)((?:${atom}|[@＠﹫])+)`, 'giu');

/** The first letters and the top-level domain stay. */
function maskAddress(_: string, local: string, domain: string): string {
  const [first = '', host = ''] = [local, domain].map((part) => String.fromCodePoint(part.codePointAt(0) ?? 0));
  return `${first}${mask}@${host}${mask}${/\.\p{L}{2,24}(?=\.?$)/u.exec(domain)?.[0] ?? ''}`;
}

/** UUIDs, which are shown, ahead of what their digits could be taken for: telephone numbers (E.164) and card numbers (ISO/IEC 7812). */
const number = new RegExp(
  [
    String.raw`(?<uuid>(?<!\w)[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}(?!\w))`,
    String.raw`(?<telephone>(?<!\w)(?:\+|00)[1-9](?:[ ()./-]{0,2}\d){6,14}(?!\d)|(?<![\w.-])\(?\d{2,4}\)?[ .-]\d{3,4}[ .-]\d{4}(?![\w.-]))`,
    String.raw`(?<!\d[ -]?)\d(?:[ -]?\d){12,18}(?![ -]?\d)`,
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
