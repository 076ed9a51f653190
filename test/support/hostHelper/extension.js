const { execFile } = require('node:child_process');
const { rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');
const vscode = require('vscode');

// Copied to out/host-extensions, three folders below the project.
const httpyac = path.join(__dirname, '../../../node_modules/httpyac/bin/httpyac.js');

/**
 * Lends the host tests what VS Code gives to an extension only, and stands in for the extension around httpYac, which
 * npm does not have: the sending is done by the real one, started from this process as that extension would.
 */
exports.activate = (context) => {
  const sent = [];
  context.subscriptions.push(
    vscode.commands.registerCommand('httpyac.send', async () => {
      const { document, selection } = vscode.window.activeTextEditor;
      const folder = document.uri.scheme === 'file' ? path.dirname(document.uri.fsPath) : tmpdir();
      const file = path.join(folder, `sent-${process.pid}${document.languageId === 'markdown' ? '.md' : '.http'}`);
      // The text of the editor, which may not be saved.
      writeFileSync(file, document.getText());
      try {
        const line = String(selection.active.line + 1);
        const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
        const stdout = await new Promise((resolve) => {
          const child = execFile(process.execPath, [httpyac, 'send', file, '--line', line, '--json'], { cwd: folder, env }, (_error, out) =>
            resolve(out),
          );
          child.stdin.end();
        });
        sent.push(JSON.parse(stdout.slice(stdout.search(/^\{$/m))).requests.map(({ response }) => response?.statusCode ?? 0));
      } finally {
        rmSync(file);
      }
    }),
  );
  return { secrets: context.secrets, sent };
};
