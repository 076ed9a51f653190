import assert from 'node:assert/strict';
import { variableNameProblem } from '../../src/core/variableName.ts';

describe('variableNameProblem', () => {
  for (const name of [
    'PAPAYA_TOKEN',
    'papayaToken',
    '_t',
    'T1',
    'NODE',
    'NODEOPTIONS',
    'MY_PATH',
    'GITHUB_TOKEN',
    'PROXY_TOKEN',
    'LDAP',
    'a'.repeat(100),
  ])
    it(`finds none with ${name}`, () => {
      assert.equal(variableNameProblem(name), undefined);
    });

  const unreadable = ['', ' ', '1T', 'A-B', 'A B', 'A.B', 'A=B', 'A\nB', 'TOKEN\n', '$A', '{{A}}', 'TÖKEN', '%PATH', 'a'.repeat(101)];
  for (const name of unreadable)
    it(`finds one with ${JSON.stringify(name)}, which not every client can read`, () => {
      assert.notEqual(variableNameProblem(name), undefined);
    });

  const steering = [
    'NODE_OPTIONS',
    'NODE_TLS_REJECT_UNAUTHORIZED',
    'NODE_EXTRA_CA_CERTS',
    'PATH',
    'Path',
    'path',
    'LD_PRELOAD',
    'LD_LIBRARY_PATH',
    'DYLD_INSERT_LIBRARIES',
    'GIT_SSH_COMMAND',
    'GIT_ASKPASS',
    'VSCODE_IPC_HOOK',
    'vscode_pid',
    'ELECTRON_RUN_AS_NODE',
    'HTTP_PROXY',
    'https_proxy',
    'ALL_PROXY',
    'NO_PROXY',
    'BASH_ENV',
    'SHELL',
    'HOME',
    'PYTHONSTARTUP',
    'npm_config_registry',
    'SSL_CERT_FILE',
    'COMSPEC',
    'EDITOR',
  ];
  for (const name of steering)
    it(`finds one with ${name}, which steers programs`, () => {
      assert.match(variableNameProblem(name) ?? '', /steers programs/);
    });
});
