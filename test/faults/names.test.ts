import assert from 'node:assert/strict';
import { parseProfiles } from '../../src/core/profile.ts';
import { acme } from '../support/acme.ts';

describe('faults: names that steer programs', () => {
  it('F72 a variable named NODE_OPTIONS, PATH, LD_PRELOAD, GIT_…, VSCODE_…, …_PROXY', () => {
    const entry = { id: 'acme-1', name: 'Acme', provider: 'acme', environment: 'test' };
    for (const variable of [
      'NODE_OPTIONS',
      'PATH',
      'Path',
      'LD_PRELOAD',
      'DYLD_INSERT_LIBRARIES',
      'GIT_SSH_COMMAND',
      'VSCODE_IPC_HOOK',
      'HTTPS_PROXY',
      'https_proxy',
      'ALL_PROXY',
      'BASH_ENV',
      'A B',
      'A-B',
      '1A',
      '',
      '__proto__x.y',
    ]) {
      const { profiles, problems } = parseProfiles([{ ...entry, variable }], [acme()]);
      assert.deepEqual(profiles, [], variable);
      assert.match(problems[0]?.problem ?? '', /variable/, variable);
    }
    assert.equal(parseProfiles([{ ...entry, variable: 'ACME_TOKEN' }], [acme()]).profiles.length, 1);
  });
});
