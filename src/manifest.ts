/** The ids that code and `package.json` share; a test holds the two together. */

export const commandIds = {
  addApiHost: 'paymentAuth.addApiHost',
  addProfile: 'paymentAuth.addProfile',
  cancelFetch: 'paymentAuth.cancelFetch',
  copyAsCurl: 'paymentAuth.copyAsCurl',
  copyAuthorizationHeader: 'paymentAuth.copyAuthorizationHeader',
  copyToken: 'paymentAuth.copyToken',
  deleteAllData: 'paymentAuth.deleteAllData',
  deleteProfile: 'paymentAuth.deleteProfile',
  duplicateProfile: 'paymentAuth.duplicateProfile',
  editCredentials: 'paymentAuth.editCredentials',
  editProfile: 'paymentAuth.editProfile',
  fetchToken: 'paymentAuth.fetchToken',
  forgetToken: 'paymentAuth.forgetToken',
  insertToken: 'paymentAuth.insertToken',
  inspectToken: 'paymentAuth.inspectToken',
  keepInMemory: 'paymentAuth.keepInMemory',
  moveSecret: 'paymentAuth.moveSecret',
  openBinding: 'paymentAuth.openBinding',
  openProfileSetting: 'paymentAuth.openProfileSetting',
  refreshActiveToken: 'paymentAuth.refreshActiveToken',
  refreshAllTokens: 'paymentAuth.refreshAllTokens',
  refreshBinding: 'paymentAuth.refreshBinding',
  refreshToken: 'paymentAuth.refreshToken',
  removeBinding: 'paymentAuth.removeBinding',
  renameProfile: 'paymentAuth.renameProfile',
  selectActiveProfile: 'paymentAuth.selectActiveProfile',
  sendRequest: 'paymentAuth.sendRequest',
  showLog: 'paymentAuth.showLog',
  startSandbox: 'paymentAuth.startSandbox',
  stopSandbox: 'paymentAuth.stopSandbox',
  verifyToken: 'paymentAuth.verifyToken',
} as const;

/** Id of the command that fetches a token of one provider: `paymentAuth.fetchPapayaToken`. */
export function fetchCommandId(providerId: string): string {
  return `paymentAuth.fetch${providerId.charAt(0).toUpperCase()}${providerId.slice(1)}Token`;
}

export const viewId = 'paymentAuth.profiles';
export const viewContainerId = 'paymentAuth';

export const settingIds = {
  profiles: 'paymentAuth.profiles',
  confirmProduction: 'paymentAuth.confirmProduction',
  requestTimeoutSeconds: 'paymentAuth.request.timeoutSeconds',
  automaticRenewal: 'paymentAuth.renewal.automatic',
  blankExpired: 'paymentAuth.bindings.blankExpired',
  allowProduction: 'paymentAuth.bindings.allowProduction',
  codeLens: 'paymentAuth.codeLens.enabled',
  unknownVariable: 'paymentAuth.diagnostics.unknownVariable',
  unavailableToken: 'paymentAuth.diagnostics.unavailableToken',
  hardCodedSecret: 'paymentAuth.diagnostics.hardCodedSecret',
  wrongHost: 'paymentAuth.diagnostics.wrongHost',
  repeatedAuthorization: 'paymentAuth.diagnostics.repeatedAuthorization',
  misreadHeader: 'paymentAuth.diagnostics.misreadHeader',
  clipboardClearAfterSeconds: 'paymentAuth.clipboard.clearAfterSeconds',
  sandboxPort: 'paymentAuth.sandbox.port',
  sandboxTokenLifetimeSeconds: 'paymentAuth.sandbox.tokenLifetimeSeconds',
} as const;

export const contextKeys = {
  hasBindings: 'paymentAuth.hasBindings',
  hasProfiles: 'paymentAuth.hasProfiles',
  sandboxRunning: 'paymentAuth.sandboxRunning',
} as const;
