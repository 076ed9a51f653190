import * as vscode from 'vscode';
import type { Profile } from '../../core/profile.ts';
import { isUsable } from '../../core/token.ts';
import { verificationUrl } from '../../core/verificationUrl.ts';
import { verifyToken, type Verification } from '../../core/verifyToken.ts';
import { commandIds } from '../../manifest.ts';
import { markedName } from '../production/productionMark.ts';
import type { Services } from '../services.ts';
import { settings } from '../settings.ts';
import { systemClock } from '../systemClock.ts';
import { cancellableProgress } from './fetching.ts';
import { pickProfile } from './pickProfile.ts';

/** Asks the provider whether the present token is accepted; fetches none, which would hide what is wrong with it. */
export async function verifyPresentToken(services: Services, argument: unknown): Promise<void> {
  const profile = await pickProfile(services, argument, 'Verify the token of which profile?');
  const { provider } = profile;
  const url = verificationUrl(profile);
  if (url === undefined) {
    void vscode.window.showInformationMessage(
      `${provider.label} documents no resource to verify a token with. Send a request of your own instead.`,
    );
    return;
  }
  await services.production.confirm('send', profile);
  const { token } = services.tokens.status(profile.id);
  if (!token || !isUsable(token, systemClock.now())) {
    const state = token ? 'the token has expired, so there is none to verify. Fetch a new one' : 'there is no token to verify. Fetch one';
    offer(vscode.window.showInformationMessage(`${markedName(profile)}: ${state}.`, 'Fetch'), commandIds.fetchToken, profile);
    return;
  }
  const controller = new AbortController();
  const cancel = () => {
    controller.abort();
  };
  const timeout = settings.requestTimeoutSeconds.value * 1000;
  const verification = await cancellableProgress(`${markedName(profile)}: verifying the token…`, cancel, () =>
    verifyToken({ provider, url, token, timeout, signal: controller.signal }, systemClock),
  );
  const { verdict, status, duration } = verification;
  const answered = status === undefined ? 'no answer' : String(status);
  services.log.info(`${profile.name}: verification of the token: ${verdict} (${answered}) in ${String(duration)} ms.`);
  tell(profile, new URL(url).host, verification);
}

function tell(profile: Profile, host: string, verification: Verification): void {
  const name = markedName(profile);
  switch (verification.verdict) {
    case 'accepted': {
      const { status, duration } = verification;
      const message = `${name}: the token was accepted (${String(status)} from ${host}, ${String(duration)} ms).`;
      offer(vscode.window.showInformationMessage(message, 'Inspect'), commandIds.inspectToken, profile);
      return;
    }
    case 'refused': {
      const message = `${name}: the token was refused (${String(verification.status)} from ${host}). Fetch a new one.`;
      offer(vscode.window.showWarningMessage(message, 'Fetch'), commandIds.fetchToken, profile);
      return;
    }
    case 'unclear': {
      const message = `${name}: unclear whether the token is accepted. ${verification.reason}`;
      offer(vscode.window.showWarningMessage(message, 'Verify Again'), commandIds.verifyToken, profile);
    }
  }
}

/** Not awaited: the command is done, however long the message stays. */
function offer(choice: Thenable<string | undefined>, command: string, profile: Profile): void {
  void choice.then(async (chosen) => {
    if (chosen !== undefined) await vscode.commands.executeCommand(command, { profile });
  });
}
