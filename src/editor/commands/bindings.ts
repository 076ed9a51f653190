import * as vscode from 'vscode';
import type { Binding } from '../../core/binding.ts';
import { offsetOf } from '../bindings/bindingText.ts';
import { bindingPlace } from '../bindings/bindingPlace.ts';
import { pickOne } from '../insertion/ask.ts';
import { notWrittenOut } from '../production/notWrittenOut.ts';
import type { Services } from '../services.ts';

/** Opens the text with the cursor on the place. */
export async function openBinding(services: Services, argument: unknown): Promise<void> {
  const binding = await pickBinding(services, argument, 'Open which binding?');
  if (binding.kind === 'terminal') {
    await vscode.commands.executeCommand('workbench.action.terminal.focus');
    return;
  }
  const offset = await offsetOf(binding);
  const editor = await vscode.window.showTextDocument(vscode.Uri.parse(binding.uri));
  if (offset === undefined) return;
  const position = editor.document.positionAt(offset);
  // Not selected: what is selected is easily copied, and shared on a screen.
  editor.selection = new vscode.Selection(position, position);
  editor.revealRange(new vscode.Range(position, position), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

export async function refreshBinding(services: Services, argument: unknown): Promise<void> {
  const binding = await pickBinding(services, argument, 'Refresh which binding?');
  const profile = services.store.find(binding.profileId);
  if (profile) {
    // Before it is asked about and fetched, for nothing.
    if (services.bindings.withholds(binding)) throw notWrittenOut(profile);
    await services.production.confirm('refresh', profile);
    await services.tokens.usableToken(profile);
  }
  await services.bindings.refresh(binding.id);
  const { upToDate, words } = services.bindings.state(binding);
  if (!upToDate) void vscode.window.showWarningMessage(`${bindingPlace(binding).label}: ${words}`);
}

export async function removeBinding(services: Services, argument: unknown): Promise<void> {
  const binding = await pickBinding(services, argument, 'Take the token out of which place?');
  const { label } = bindingPlace(binding);
  const removal = await services.bindings.remove(binding.id);
  if (removal === 'taken out') vscode.window.setStatusBarMessage(`$(check) The token is out of ${label}`, 5000);
  else
    void vscode.window.showWarningMessage(
      removal === 'gone'
        ? `${label} is not there any more. If it was moved or saved elsewhere, the token is still in it.`
        : `${label} was changed by hand and is left as it is. Look whether it still holds the token.`,
    );
}

async function pickBinding(services: Services, argument: unknown, placeholder: string): Promise<Binding> {
  const called =
    typeof argument === 'object' && argument !== null && 'binding' in argument ? (argument as { binding: Binding }).binding : undefined;
  const present = called && services.bindings.find(called.id);
  if (present) return present;
  if (called) throw new vscode.CancellationError();
  const { binding } = await pickOne(
    placeholder,
    services.bindings.all.map((each) => {
      const { label, name } = bindingPlace(each, services.bindings.state(each).line);
      return {
        label,
        description: `${name} · ${services.bindings.state(each).words}`,
        detail: services.store.find(each.profileId)?.name ?? 'its profile was deleted',
        binding: each,
      };
    }),
  );
  return binding;
}
