const { writeFileSync } = require('node:fs');
const { performance } = require('node:perf_hooks');
const vscode = require('vscode');

exports.activate = () => {
  void measure();
};

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
