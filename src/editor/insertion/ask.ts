import * as vscode from 'vscode';

/** A pick that starts at an item. @throws vscode.CancellationError */
export async function pickOne<T extends vscode.QuickPickItem>(
  placeholder: string,
  items: readonly T[],
  start?: (item: T) => boolean,
  title?: string,
): Promise<T> {
  const pick = vscode.window.createQuickPick<T>();
  pick.title = title;
  pick.placeholder = placeholder;
  pick.matchOnDetail = true;
  pick.items = items;
  const active = start && items.find(start);
  if (active) pick.activeItems = [active];
  try {
    return await new Promise<T>((resolve, reject) => {
      pick.onDidAccept(() => {
        const [chosen] = pick.selectedItems;
        if (chosen) resolve(chosen);
      });
      pick.onDidHide(() => {
        reject(new vscode.CancellationError());
      });
      pick.show();
    });
  } finally {
    pick.dispose();
  }
}

/** Asks for an environment: one that is there, or a new one. @throws vscode.CancellationError */
export async function askForEnvironment(
  existing: readonly string[],
  suggestion: string,
  shared?: { readonly name: string; readonly description: string },
): Promise<string> {
  const isNew = '$(add) New environment…';
  const items = [
    ...existing.filter((name) => name !== shared?.name).map((label) => ({ label, name: label })),
    ...(shared ? [{ label: shared.name, description: shared.description, name: shared.name }] : []),
    { label: isNew, name: undefined },
  ];
  const { name } = await pickOne('In which environment?', items, (item) => item.label === suggestion);
  if (name !== undefined) return name;
  const entered = await vscode.window.showInputBox({
    title: 'New environment',
    prompt: 'Choose it in the client before you send',
    value: existing.includes(suggestion) ? '' : suggestion,
    validateInput: (value) =>
      value.trim() === ''
        ? 'Enter a name, such as staging.'
        : existing.includes(value.trim())
          ? 'This environment is there already.'
          : undefined,
  });
  if (entered === undefined) throw new vscode.CancellationError();
  return entered.trim();
}
