import * as vscode from 'vscode';
import type { Profile } from '../../core/profile.ts';
import type { ProductionUse } from './productionGuard.ts';

const uses: Readonly<Record<ProductionUse, { readonly button: string; readonly doing: (tokens: string) => string }>> = {
  fetch: { button: 'Fetch', doing: (tokens) => `fetch ${tokens}` },
  renew: { button: 'Renew', doing: (tokens) => `renew ${tokens}` },
  renewAll: { button: 'Renew', doing: (tokens) => `renew all tokens, among them ${tokens}` },
  copy: { button: 'Copy', doing: (tokens) => `copy ${tokens}` },
  insert: { button: 'Insert', doing: (tokens) => `insert ${tokens}` },
  refresh: { button: 'Refresh', doing: (tokens) => `write ${tokens} into a binding` },
  send: { button: 'Send', doing: (tokens) => `send a request with ${tokens}` },
  handOut: { button: 'Save', doing: (tokens) => `give ${tokens} to more programs than before` },
};

/** Asks before tokens of production are used. @throws vscode.CancellationError where the person does not go on */
export async function askAboutProduction(use: ProductionUse, profiles: readonly Profile[]): Promise<void> {
  const { button, doing } = uses[use];
  const names = new Intl.ListFormat('en').format(profiles.map(({ name }) => name));
  const one = profiles.length === 1;
  const about = one ? `${doing('its token')}, which moves` : `${doing('their tokens')}, which move`;
  const others = use === 'renewAll' ? ` Cancel leaves ${one ? 'it' : 'them'} out and renews the others.` : '';
  const choice = await vscode.window.showWarningMessage(
    one ? `${names} is a production profile.` : `${names} are production profiles.`,
    {
      modal: true,
      detail: `You are about to ${about} real money.${others}\n\nThis is asked once per session, until the window is reloaded.`,
    },
    button,
  );
  if (choice !== button) throw new vscode.CancellationError();
}
