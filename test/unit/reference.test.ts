import assert from 'node:assert/strict';
import { Script } from 'node:vm';
import { dotenvReference, environmentReference, fileVariableName, variableReference } from '../../src/core/injection/reference.ts';

describe('References', () => {
  it('are what REST Client and httpYac resolve', () => {
    assert.equal(environmentReference('ACME_TOKEN'), '{{$processEnv ACME_TOKEN}}');
    assert.equal(dotenvReference('ACME_TOKEN'), '{{$dotenv ACME_TOKEN}}');
    assert.equal(variableReference('acmeToken'), '{{acmeToken}}');
  });

  const names: [string, string][] = [
    ['PAPAYA_TOKEN', 'papayaToken'],
    ['SANDBOX_PAY4POWER_TEST_PATH_TOKEN', 'sandboxPay4powerTestPathToken'],
    ['PAPAYA_TOKEN_2', 'papayaToken2Token'],
    ['TOKEN', 'token'],
    ['myToken', 'myToken'],
    ['my_Token', 'myToken'],
    ['_ACME__TOKEN_', 'acmeToken'],
    ['CLASS', 'classToken'],
    ['PAPAYA', 'papayaToken'],
    ['_', 'token'],
    ['_7', 'token7Token'],
  ];
  for (const [variable, name] of names)
    it(`know ${variable} as ${name}, which is an identifier`, () => {
      assert.equal(fileVariableName(variable), name);
      // httpYac evaluates {{…}} as JavaScript: what is no identifier, or a reserved word, does not compile.
      assert.doesNotThrow(() => new Script(`const ${name} = 1; ${name};`));
    });
});
