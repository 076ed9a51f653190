import { randomBytes, randomUUID } from 'node:crypto';
import { generateKeyPair, jwtVerify, SignJWT, type CryptoKey, type JWTHeaderParameters } from 'jose';

/** What a token looks like and who accepts it. */
export interface TokenShape {
  readonly algorithm: 'HS256' | 'RS256' | 'opaque';
  /** Besides `alg`. Where the documented token carries its id, it goes: two of one second would be the same without. */
  readonly header?: (id: string) => Readonly<Record<string, string>>;
  /** Besides `iat` and `exp`, for a token issued at these epoch seconds. */
  readonly claims?: (id: string, issuedAt: number) => Readonly<Record<string, unknown>>;
}

export interface IssuedToken {
  readonly token: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
  readonly lifetime: number;
}

interface Keys {
  readonly sign: CryptoKey | Uint8Array;
  readonly verify: CryptoKey | Uint8Array;
}

/** Issues and checks the tokens of one API; its keys live as long as it does. */
export class Issuer {
  readonly #shape: TokenShape;
  readonly #opaque = new Map<string, number>();
  #keys: Promise<Keys> | undefined;

  constructor(shape: TokenShape) {
    this.#shape = shape;
  }

  async issue(lifetime: number): Promise<IssuedToken> {
    const { algorithm, header, claims } = this.#shape;
    // Ahead of the time of issue: the first RSA key takes long enough to make to outlast a short life.
    const keys = algorithm === 'opaque' ? undefined : await this.#keyPair(algorithm);
    const issuedAt = Math.floor(Date.now() / 1000);
    const expiresAt = issuedAt + lifetime;
    if (!keys) {
      const token = randomBytes(48).toString('base64url');
      this.#opaque.set(token, expiresAt);
      return { token, expiresAt, lifetime };
    }
    const id = randomUUID();
    const token = await new SignJWT({ ...claims?.(id, issuedAt) })
      .setProtectedHeader({ alg: algorithm, ...header?.(id) } satisfies JWTHeaderParameters)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(keys.sign);
    return { token, expiresAt, lifetime };
  }

  /** Epoch seconds of the expiry of a token that was issued here and is still good; otherwise `undefined`. */
  async verify(token: string): Promise<number | undefined> {
    const { algorithm } = this.#shape;
    if (algorithm === 'opaque') {
      const expiresAt = this.#opaque.get(token);
      return expiresAt !== undefined && expiresAt * 1000 > Date.now() ? expiresAt : undefined;
    }
    try {
      const { payload } = await jwtVerify(token, (await this.#keyPair(algorithm)).verify, { algorithms: [algorithm] });
      return payload.exp;
    } catch {
      return undefined;
    }
  }

  #keyPair(algorithm: 'HS256' | 'RS256'): Promise<Keys> {
    return (this.#keys ??= algorithm === 'HS256' ? sharedKey() : keyPair());
  }
}

function sharedKey(): Promise<Keys> {
  const secret = new Uint8Array(randomBytes(32));
  return Promise.resolve({ sign: secret, verify: secret });
}

async function keyPair(): Promise<Keys> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  return { sign: privateKey, verify: publicKey };
}
