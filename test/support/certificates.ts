import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** PEM, as `node:tls` takes it. */
export interface KeyAndCertificate {
  readonly key: string;
  readonly cert: string;
}

/** DER (X.690): a tag, a length, a content. */
function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const length = content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...contents: Uint8Array[]) => der(0x30, ...contents);
const objectId = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const utcTime = (time: number) => der(0x17, Buffer.from(`${new Date(time).toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`));
const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'));
const commonName = (name: string) => sequence(der(0x31, sequence(objectId('550403'), der(0x0c, Buffer.from(name)))));
const isAuthority = sequence(objectId('551d13'), der(0x01, Buffer.from([0xff])), der(0x04, sequence(der(0x01, Buffer.from([0xff])))));
/** @param subject an IPv4 address as four numbers, or a host name */
const alternativeName = (subject: readonly number[] | string) =>
  sequence(
    objectId('551d11'),
    der(0x04, sequence(typeof subject === 'string' ? der(0x82, Buffer.from(subject)) : der(0x87, Buffer.from(subject)))),
  );

interface Certificate {
  readonly subject: string;
  readonly extensions: readonly Buffer[];
  readonly notAfter: number;
  /** Absent for one that vouches for itself. */
  readonly issuer?: { readonly name: string; readonly key: KeyObject };
}

/** A certificate (RFC 5280), made anew for every run so that no key lies in the repository. */
function certificate({ subject, extensions, notAfter, issuer }: Certificate): KeyAndCertificate & { readonly privateKey: KeyObject } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1]), randomBytes(8)),
    ecdsaWithSha256,
    commonName(issuer?.name ?? subject),
    sequence(utcTime(notAfter - 30 * 86_400_000), utcTime(notAfter)),
    commonName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', content, issuer?.key ?? privateKey);
  const signed = sequence(content, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature));
  return {
    privateKey,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${signed.toString('base64')}\n-----END CERTIFICATE-----\n`,
  };
}

const tomorrow = () => Date.now() + 86_400_000;

/** @param subject the address that it is for, as four numbers, or a host name */
export function selfSigned(subject: readonly number[] | string, notAfter = tomorrow()): KeyAndCertificate {
  return certificate({ subject: 'Payment Auth test', extensions: [alternativeName(subject), isAuthority], notAfter });
}

/** A private authority: its certificate, and those that it gives out. */
export interface Authority {
  readonly cert: string;
  issue(subject: readonly number[] | string, notAfter?: number): KeyAndCertificate;
}

export function authority(): Authority {
  const name = 'Payment Auth test authority';
  const { cert, privateKey } = certificate({ subject: name, extensions: [isAuthority], notAfter: tomorrow() });
  return {
    cert,
    issue: (subject, notAfter = tomorrow()) =>
      certificate({
        subject: 'Payment Auth test',
        extensions: [alternativeName(subject)],
        notAfter,
        issuer: { name, key: privateKey },
      }),
  };
}
