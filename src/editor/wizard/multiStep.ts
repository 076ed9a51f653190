import * as vscode from 'vscode';

/** One question of several. It writes its answer into the state that all share. */
export interface Step<State> {
  /** Asked only while this holds, judged when its turn comes. */
  applies?(state: State): boolean;
  ask(state: State, place: Place): Promise<'next' | 'back'>;
}

export interface Place {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
}

/**
 * Asks the questions in turn, back and forth, until all are answered.
 * @param title of each, as the answers so far have it
 * @throws vscode.CancellationError where the person leaves
 */
export async function askSteps<State>(title: (state: State) => string, state: State, steps: readonly Step<State>[]): Promise<void> {
  const applies = (step: Step<State>) => step.applies?.(state) ?? true;
  const visited: Step<State>[] = [];
  let current = steps.find(applies);
  while (current) {
    const position = steps.indexOf(current);
    const ahead = steps.slice(position).filter(applies).length;
    const outcome = await current.ask(state, { title: title(state), step: visited.length + 1, totalSteps: visited.length + ahead });
    if (outcome === 'back') current = visited.pop() ?? current;
    else {
      visited.push(current);
      current = steps.slice(position + 1).find(applies);
    }
  }
}

export interface PickOptions<T extends vscode.QuickPickItem> {
  readonly placeholder: string;
  readonly items: readonly T[];
  readonly selected?: T | undefined;
  readonly onPick: (item: T) => void;
}

export function pickStep<T extends vscode.QuickPickItem>(place: Place, options: PickOptions<T>): Promise<'next' | 'back'> {
  const input = vscode.window.createQuickPick<T>();
  input.placeholder = options.placeholder;
  input.items = options.items;
  input.matchOnDescription = true;
  input.matchOnDetail = true;
  if (options.selected) input.activeItems = [options.selected];
  return show(input, place, (done) => {
    const [item] = input.selectedItems;
    if (!item) return;
    options.onPick(item);
    done();
  });
}

export interface InputOptions {
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value?: string | undefined;
  readonly password?: boolean;
  /** Why a value cannot be taken, or `undefined` where it can. */
  readonly problem: (value: string) => string | undefined;
  /** May put something else into the box, with a note on what was done. */
  readonly onType?: (value: string) => { readonly value: string; readonly note: string } | undefined;
  readonly onAccept: (value: string) => void;
}

export function inputStep(place: Place, options: InputOptions): Promise<'next' | 'back'> {
  const input = vscode.window.createInputBox();
  input.prompt = options.prompt;
  input.placeholder = options.placeholder;
  input.value = options.value ?? '';
  input.password = options.password ?? false;
  const check = (value: string) => {
    input.validationMessage = options.problem(value);
  };
  input.onDidChangeValue((value) => {
    const change = options.onType?.(value);
    if (change) {
      input.value = change.value;
      input.prompt = change.note;
    }
    // An empty box is told of on Enter only, not while the person has yet to type.
    if (input.value === '') input.validationMessage = undefined;
    else check(input.value);
  });
  return show(input, place, (done) => {
    const value = input.value.trim();
    check(value);
    if (input.validationMessage !== undefined && input.validationMessage !== '') return;
    options.onAccept(value);
    done();
  });
}

function show(
  input: vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox,
  place: Place,
  accept: (done: () => void) => void,
): Promise<'next' | 'back'> {
  input.title = place.title;
  input.step = place.step;
  input.totalSteps = place.totalSteps;
  // Keys are fetched from other windows meanwhile.
  input.ignoreFocusOut = true;
  if (place.step > 1) input.buttons = [vscode.QuickInputButtons.Back];
  return new Promise<'next' | 'back'>((resolve, reject) => {
    input.onDidTriggerButton(() => {
      resolve('back');
    });
    input.onDidAccept(() => {
      accept(() => {
        resolve('next');
      });
    });
    input.onDidHide(() => {
      reject(new vscode.CancellationError());
    });
    input.show();
  }).finally(() => {
    input.dispose();
  });
}
