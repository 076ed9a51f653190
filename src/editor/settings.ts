import * as vscode from 'vscode';
import { settingIds } from '../manifest.ts';

interface Setting<T> {
  readonly value: T;
  readonly onDidChange: vscode.Event<void>;
}

const severities = ['error', 'warning', 'information', 'hint', 'off'] as const;
export type Severity = (typeof severities)[number];

/** Read where they are used; defaults and ranges as in the manifest, which gives them the scope `application`. */
export const settings = {
  requestTimeoutSeconds: numeric(settingIds.requestTimeoutSeconds, 20, 1, 300),
  confirmProduction: toggle(settingIds.confirmProduction, true),
  automaticRenewal: toggle(settingIds.automaticRenewal, true),
  blankExpired: toggle(settingIds.blankExpired, false),
  allowProduction: toggle(settingIds.allowProduction, false),
  clipboardClearAfterSeconds: numeric(settingIds.clipboardClearAfterSeconds, 30, 0, 3600),
  codeLens: toggle(settingIds.codeLens, true),
  diagnostics: {
    unknownVariable: severity(settingIds.unknownVariable, 'information'),
    unavailableToken: severity(settingIds.unavailableToken, 'warning'),
    hardCodedSecret: severity(settingIds.hardCodedSecret, 'warning'),
    wrongHost: severity(settingIds.wrongHost, 'error'),
    repeatedAuthorization: severity(settingIds.repeatedAuthorization, 'warning'),
    misreadHeader: severity(settingIds.misreadHeader, 'warning'),
  },
  sandboxPort: numeric(settingIds.sandboxPort, 4010, 1024, 65_535),
  sandboxTokenLifetimeSeconds: numeric(settingIds.sandboxTokenLifetimeSeconds, 0, 0, 86_400),
};

/** The manifest's range warns only where settings are edited; a value outside it is brought to the nearest end. */
function numeric(id: string, fallback: number, minimum: number, maximum: number): Setting<number> {
  return setting(id, (value) =>
    typeof value === 'number' && Number.isFinite(value) ? Math.min(Math.max(Math.trunc(value), minimum), maximum) : fallback,
  );
}

function toggle(id: string, fallback: boolean): Setting<boolean> {
  return setting(id, (value) => (typeof value === 'boolean' ? value : fallback));
}

function severity(id: string, fallback: Severity): Setting<Severity> {
  return setting(id, (value) => severities.find((each) => each === value) ?? fallback);
}

function setting<T>(id: string, read: (value: unknown) => T): Setting<T> {
  return {
    get value() {
      return read(vscode.workspace.getConfiguration().get<unknown>(id));
    },
    onDidChange: (listener) =>
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(id)) listener();
      }),
  };
}
