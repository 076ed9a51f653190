/** What went wrong, as a closed list; what the person reads follows from it. */
export type AuthErrorCode =
  | 'ambiguousJson'
  | 'badExpiry'
  | 'badToken'
  | 'cancelled'
  | 'changedByHand'
  | 'connectionLost'
  | 'connectionRefused'
  | 'credentialNotSendable'
  | 'credentialsLost'
  | 'credentialsMissing'
  | 'credentialsMoved'
  | 'credentialsRefused'
  | 'emptyResponse'
  | 'failureInBody'
  | 'fileInvalid'
  | 'fileMissing'
  | 'fileNotWritable'
  | 'garbledResponse'
  | 'hostNotFound'
  | 'insecureUrl'
  | 'invalidUrl'
  | 'keyInPublicFile'
  | 'newerVersion'
  | 'noToken'
  | 'notFound'
  | 'notJson'
  | 'offline'
  | 'outsideFolder'
  | 'placeNotFound'
  | 'placeTaken'
  | 'productionLiteral'
  | 'profileDeleted'
  | 'proxyRefused'
  | 'redirected'
  | 'requestRefused'
  | 'responseTooLarge'
  | 'secretStoreFailed'
  | 'secretStoreSilent'
  | 'serverError'
  | 'settingsNotWritable'
  | 'timedOut'
  | 'tls'
  | 'tooManyRequests'
  | 'untrustedWorkspace'
  | 'valueNotWritable';

/** What a person can do about it at once. */
export type Remedy = 'editCredentials' | 'retry' | 'editProfile' | 'openSettings' | 'allowProduction' | 'manageTrust';

const remedies: Partial<Record<AuthErrorCode, Remedy>> = {
  credentialNotSendable: 'editCredentials',
  credentialsLost: 'editCredentials',
  credentialsMissing: 'editCredentials',
  credentialsMoved: 'editCredentials',
  credentialsRefused: 'editCredentials',
  requestRefused: 'editCredentials',
  insecureUrl: 'editProfile',
  invalidUrl: 'editProfile',
  notFound: 'editProfile',
  redirected: 'editProfile',
  productionLiteral: 'allowProduction',
  connectionLost: 'retry',
  connectionRefused: 'retry',
  emptyResponse: 'retry',
  failureInBody: 'retry',
  garbledResponse: 'retry',
  hostNotFound: 'retry',
  offline: 'retry',
  secretStoreSilent: 'retry',
  serverError: 'retry',
  settingsNotWritable: 'openSettings',
  untrustedWorkspace: 'manageTrust',
  timedOut: 'retry',
  tooManyRequests: 'retry',
};

/** A failure that a person can read: a code and a sentence, never a body, a secret or a server's own text. */
export class AuthError extends Error {
  override readonly name = 'AuthError';
  readonly code: AuthErrorCode;
  /** HTTP status, where one was received. */
  readonly status: number | undefined;
  /** Epoch milliseconds before which another attempt is of no use (`Retry-After`, RFC 9110 section 10.2.3). */
  readonly retryAt: number | undefined;

  constructor(code: AuthErrorCode, sentence: string, details: { status?: number | undefined; retryAt?: number | undefined } = {}) {
    super(sentence);
    this.code = code;
    this.status = details.status;
    this.retryAt = details.retryAt;
  }

  get remedy(): Remedy | undefined {
    return remedies[this.code];
  }
}
