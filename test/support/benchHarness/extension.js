const { writeFileSync } = require('node:fs');
const { performance } = require('node:perf_hooks');
const vscode = require('vscode');

exports.activate = () => {
  void (process.env.PAYMENT_AUTH_BENCH_TYPING ? measureTyping() : measure());
};

/** How long the extension host is busy for each key that is pressed in a long file, without the extension and with it. */
async function measureTyping() {
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const result = {};
  const files = JSON.parse(process.env.PAYMENT_AUTH_BENCH_TYPING);
  const configuration = vscode.workspace.getConfiguration();
  await configuration.update(
    'paymentAuth.profiles',
    JSON.parse(process.env.PAYMENT_AUTH_BENCH_PROFILES),
    vscode.ConfigurationTarget.Global,
  );
  if (process.env.EXTRA)
    for (const [k, v] of Object.entries(JSON.parse(process.env.EXTRA))) await configuration.update(k, v, vscode.ConfigurationTarget.Global);
  for (const round of ['without', 'with']) {
    if (round === 'with') {
      await vscode.extensions.getExtension('paymentauth.payment-auth').activate();
      await vscode.commands.executeCommand('paymentAuth.cancelFetch');
    }
    for (const [name, file] of Object.entries(files)) {
      const document = await vscode.workspace.openTextDocument(file);
      const line = Math.floor(document.lineCount / 2);
      const editor = await vscode.window.showTextDocument(document);
      const end = document.lineAt(line).range.end;
      editor.selection = new vscode.Selection(end, end);
      editor.revealRange(new vscode.Range(end, end));
      await new Promise((resolve) => setTimeout(resolve, 3000));
      const keys = async (count, pause) => {
        const before = performance.eventLoopUtilization();
        for (let key = 0; key < count; key++) {
          await vscode.commands.executeCommand('type', { text: 'x' });
          await new Promise((resolve) => setTimeout(resolve, pause));
        }
        // Long enough for what waits for a pause in the typing.
        await new Promise((resolve) => setTimeout(resolve, 1200));
        return performance.eventLoopUtilization(before).active / count;
      };
      const times = { typed: [], alone: [] };
      for (let burst = 0; burst < 5; burst++) times.typed.push(await keys(20, 150));
      for (let key = 0; key < 9; key++) times.alone.push(await keys(1, 0));
      result[`${round} ${name}`] = times;
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
  }
  writeFileSync(process.env.PAYMENT_AUTH_BENCH_OUT, JSON.stringify(result));
}

async function measure() {
  // What starts with the window has to be done first.
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const result = {};
  for (const id of process.env.PAYMENT_AUTH_BENCH_ORDER.split(',')) {
    const extension = vscode.extensions.getExtension(id);
    const start = performance.now();
    await extension.activate();
    result[id] = performance.now() - start;
    if (id === 'paymentauth.payment-auth') {
      // A command that does nothing without a profile: it is through once all parts are loaded.
      await vscode.commands.executeCommand('paymentAuth.cancelFetch');
      result.ready = performance.now() - start;
    }
    // What one of them still does must not be counted for the other.
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  writeFileSync(process.env.PAYMENT_AUTH_BENCH_OUT, JSON.stringify(result));
}
