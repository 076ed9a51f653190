import assert from 'node:assert/strict';
import fc from 'fast-check';
import { environmentIds, parseProfiles, profileId, suggestVariable, toEntry, tokenUrlProblem, unique } from '../../src/core/profile.ts';
import { localEnvironment } from '../../src/core/provider.ts';
import { providers } from '../../src/core/providers/index.ts';
import { variableNameProblem } from '../../src/core/variableName.ts';

const papaya = {
  id: 'papaya-1',
  name: 'Papaya staging',
  provider: 'papaya',
  environment: 'staging',
  variable: 'PAPAYA_TOKEN',
  inject: ['processEnvironment'],
};
const local = {
  id: 'local-1',
  name: 'Local',
  provider: 'b2BinPay',
  environment: 'local',
  tokenUrl: 'http://127.0.0.1:4010/token/',
  variable: 'LOCAL_TOKEN',
  inject: [],
};

function problemOf(value: unknown): string {
  const { profiles, problems } = parseProfiles([value], providers);
  assert.deepEqual(profiles, []);
  assert.equal(problems.length, 1);
  return problems[0]?.problem ?? '';
}

describe('parseProfiles', () => {
  it('reads a complete entry and finds what it refers to', () => {
    const {
      profiles: [profile],
      problems,
    } = parseProfiles([papaya], providers);
    assert.deepEqual(problems, []);
    assert.ok(profile);
    assert.equal(profile.provider, providers[0]);
    assert.equal(profile.environment.id, 'staging');
    assert.equal(profile.tokenUrl, 'https://authentication-service.staging.pay.papayaglobal.work/token');
    assert.equal(profile.origin, 'https://authentication-service.staging.pay.papayaglobal.work');
    assert.deepEqual(profile.inject, ['processEnvironment']);
  });

  it('keeps the trailing slash of Pay-Connect', () => {
    const { profiles } = parseProfiles([{ ...papaya, provider: 'payConnect', environment: 'production' }], providers);
    assert.equal(profiles[0]?.tokenUrl, 'https://api-payment.lab4pay.com/v1/auth/token/');
  });

  it('lets a token URL take the place of the environment’s', () => {
    const { profiles } = parseProfiles([{ ...papaya, tokenUrl: ' https://proxy.example/token ' }], providers);
    assert.deepEqual(
      profiles.map(({ tokenUrl, origin }) => [tokenUrl, origin]),
      [['https://proxy.example/token', 'https://proxy.example']],
    );
  });

  it('injects nowhere by itself where the entry does not say', () => {
    const { inject, ...rest } = papaya;
    assert.equal(inject.length, 1);
    assert.deepEqual(parseProfiles([rest], providers).profiles[0]?.inject, []);
  });

  it('finds no profiles where nothing is set', () => {
    assert.deepEqual(parseProfiles(undefined, providers), { profiles: [], problems: [] });
    assert.deepEqual(parseProfiles([], providers), { profiles: [], problems: [] });
  });

  for (const value of [null, {}, 'text', 1, true])
    it(`reports a setting that is ${JSON.stringify(value)}`, () => {
      const { profiles, problems } = parseProfiles(value, providers);
      assert.deepEqual(profiles, []);
      assert.deepEqual(problems, [{ index: 0, name: 'paymentAuth.profiles', problem: 'The setting must be a list.' }]);
    });

  it('reads the hosts of the API, in lower case, and leaves an empty list out of the entry', () => {
    const [profile] = parseProfiles([{ ...papaya, apiHosts: [' API.example.com:8443 ', '*.example.com'] }], providers).profiles;
    assert.ok(profile);
    assert.deepEqual(profile.apiHosts, ['api.example.com:8443', '*.example.com']);
    assert.deepEqual(toEntry(profile).apiHosts, profile.apiHosts);
    assert.equal('apiHosts' in toEntry({ ...profile, apiHosts: [] }), false);
  });

  const wrong: [string, unknown, RegExp][] = [
    ['hosts with a scheme', { ...papaya, apiHosts: ['https://api.example.com'] }, /“apiHosts” takes hosts such as/],
    ['a host with a path', { ...papaya, apiHosts: ['api.example.com/x'] }, /“apiHosts” takes hosts such as/],
    ['hosts that are no list', { ...papaya, apiHosts: 'api.example.com' }, /“apiHosts” must be a list/],
    ['null', null, /must be an object/],
    ['a text', 'papaya', /must be an object/],
    ['a list', [], /“id” is missing|must be an object/],
    ['an empty object', {}, /^“id” is missing\.$/],
    ['no variable', { ...papaya, variable: undefined }, /^“variable” is missing\.$/],
    ['an empty name', { ...papaya, name: '  ' }, /“name” is empty/],
    ['a name that is a number', { ...papaya, name: 1 }, /“name” must be text/],
    ['a long name', { ...papaya, name: 'n'.repeat(101) }, /“name” is longer than 100/],
    ['an id with a slash', { ...papaya, id: 'a/b' }, /“id” may hold/],
    ['a long id', { ...papaya, id: 'a'.repeat(101) }, /“id” may hold/],
    ['an unknown provider', { ...papaya, provider: 'acme' }, /no provider “acme”.*papaya, pay4Power, payConnect, b2BinPay/],
    ['another spelling of a provider', { ...papaya, provider: 'Papaya' }, /no provider “Papaya”/],
    ['a property of objects for a provider', { ...papaya, provider: '__proto__' }, /no provider/],
    ['an unknown environment', { ...papaya, environment: 'sandbox' }, /no environment “sandbox”.*staging, production, local/],
    [
      'no URL where none is public',
      { ...papaya, environment: 'production' },
      /“tokenUrl” is missing: the URL of Papaya Global production is not public/,
    ],
    ['no URL of a local server', { ...papaya, environment: 'local' }, /“tokenUrl” is missing/],
    ['an unencrypted URL', { ...papaya, tokenUrl: 'http://api.acme.example/token' }, /“tokenUrl”: .*not encrypted/],
    ['a URL that is none', { ...papaya, tokenUrl: 'acme' }, /“tokenUrl”: .*not a complete address/],
    ['a URL with a password', { ...papaya, tokenUrl: 'https://a:fake-password@acme.example' }, /“tokenUrl”: .*user name/],
    ['a local server elsewhere', { ...local, tokenUrl: 'https://api.acme.example/token' }, /must be on this machine/],
    ['a variable that steers programs', { ...papaya, variable: 'NODE_OPTIONS' }, /“variable”: NODE_OPTIONS steers/],
    ['a variable with a hyphen', { ...papaya, variable: 'PAPAYA-TOKEN' }, /“variable”: Use letters/],
    ['an unknown place to inject', { ...papaya, inject: ['disk'] }, /“inject” knows only processEnvironment/],
    ['a place to inject that is no list', { ...papaya, inject: 'processEnvironment' }, /“inject” must be a list/],
  ];
  for (const [name, value, expected] of wrong)
    it(`reports an entry with ${name}`, () => {
      assert.match(problemOf(value), expected);
    });

  it('never repeats a password that stands in a token URL', () => {
    assert.ok(!problemOf({ ...papaya, tokenUrl: 'https://a:fake-password@acme.example' }).includes('fake-password'));
  });

  it('lets a wrong entry spoil no other, and says where it stands', () => {
    const { profiles, problems } = parseProfiles([{ name: 'Broken' }, papaya, 7, local], providers);
    assert.deepEqual(
      profiles.map(({ id }) => id),
      ['papaya-1', 'local-1'],
    );
    assert.deepEqual(
      problems.map(({ index, name }) => [index, name]),
      [
        [0, 'Broken'],
        [2, 'Entry 3'],
      ],
    );
  });

  it('keeps the first of two profiles with one id', () => {
    const { profiles, problems } = parseProfiles([papaya, { ...local, id: 'papaya-1' }], providers);
    assert.deepEqual(
      profiles.map(({ name }) => name),
      ['Papaya staging'],
    );
    assert.match(problems[0]?.problem ?? '', /has the id “papaya-1” already/);
  });

  it('keeps the first of two profiles with one variable', () => {
    const { profiles, problems } = parseProfiles([papaya, { ...local, variable: 'PAPAYA_TOKEN' }], providers);
    assert.deepEqual(
      profiles.map(({ id }) => id),
      ['papaya-1'],
    );
    assert.match(problems[0]?.problem ?? '', /uses the variable PAPAYA_TOKEN already/);
  });

  it('counts no wrong entry as a taker of an id or a variable', () => {
    const { profiles } = parseProfiles([{ ...papaya, environment: 'none' }, papaya], providers);
    assert.equal(profiles.length, 1);
  });

  it('throws at nothing that can stand in a setting', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('papaya', 'staging', 'local', 'X_TOKEN'));
    const entry = fc.record(
      {
        id: text,
        name: text,
        provider: text,
        environment: text,
        tokenUrl: fc.oneof(
          text,
          fc.constantFrom('https://api.acme.example/token', 'http://127.0.0.1:4010/', 'http://acme.example', 'https://a@b'),
        ),
        variable: text,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.array(fc.oneof(entry, fc.jsonValue({ maxDepth: 2 })))), (value) => {
        const { profiles, problems } = parseProfiles(value, providers);
        if (Array.isArray(value)) assert.equal(profiles.length + problems.length, value.length);
      }),
    );
  });
});

describe('toEntry', () => {
  it('writes what parseProfiles read', () => {
    const entries = [papaya, local, { ...papaya, id: 'other', variable: 'OTHER', tokenUrl: 'https://proxy.example/token' }];
    assert.deepEqual(parseProfiles(entries, providers).profiles.map(toEntry), entries);
  });

  it('writes no token URL that the environment has anyway', () => {
    const [profile] = parseProfiles(
      [{ ...papaya, tokenUrl: 'https://authentication-service.staging.pay.papayaglobal.work/token' }],
      providers,
    ).profiles;
    assert.ok(profile);
    assert.deepEqual(toEntry(profile), papaya);
  });

  it('comes back for every environment of every provider', () => {
    for (const provider of providers)
      for (const environment of environmentIds(provider)) {
        const entry = { ...papaya, provider: provider.id, environment, tokenUrl: 'https://127.0.0.1/token' };
        const { profiles, problems } = parseProfiles([entry], providers);
        assert.deepEqual(problems, []);
        assert.deepEqual(profiles.map(toEntry), [entry]);
      }
  });
});

describe('tokenUrlProblem', () => {
  const [environment] = providers[0]?.environments ?? [];
  assert.ok(environment);
  it('finds none with HTTPS', () => {
    assert.equal(tokenUrlProblem(environment, ' https://api.acme.example/token '), undefined);
  });
  it('finds none with a local server in the local environment', () => {
    assert.equal(tokenUrlProblem(localEnvironment, 'http://localhost:4010/token'), undefined);
  });
  it('finds one with a local server elsewhere', () => {
    assert.match(tokenUrlProblem(localEnvironment, 'https://localhost.evil.example/') ?? '', /on this machine/);
  });
  it('finds one with half an address', () => {
    assert.match(tokenUrlProblem(environment, 'https://') ?? '', /not a complete address/);
  });
});

describe('unique', () => {
  const cases: [string, string[], string][] = [
    ['a', [], 'a'],
    ['a', ['b'], 'a'],
    ['a', ['a'], 'a-2'],
    ['a', ['a', 'a-2', 'a-4'], 'a-3'],
  ];
  for (const [wanted, taken, expected] of cases)
    it(`makes ${expected} of ${wanted} beside ${taken.join(', ') || 'nothing'}`, () => {
      assert.equal(unique(wanted, taken, '-'), expected);
    });
});

describe('profileId', () => {
  const cases: [string, string[], string][] = [
    ['Papaya staging', [], 'papaya-staging'],
    ['Papaya staging', ['papaya-staging'], 'papaya-staging-2'],
    ['  Größe / 2  ', [], 'gr-e-2'],
    ['支払い', [], 'profile'],
    ['支払い', ['profile'], 'profile-2'],
  ];
  for (const [name, taken, expected] of cases)
    it(`makes ${expected} of “${name}”`, () => {
      assert.equal(profileId(name, taken), expected);
    });

  it('makes an id that a profile may have, of any name', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 100 }),
        fc.array(fc.constantFrom<string[]>('profile', 'a', 'b')),
        (name, taken) => {
          const id = profileId(name, taken);
          assert.match(id, /^[\w.-]{1,100}$/);
          assert.ok(!taken.includes(id));
        },
      ),
    );
  });
});

describe('suggestVariable', () => {
  const pay4Power = providers.find(({ id }) => id === 'pay4Power');
  assert.ok(pay4Power);
  const [, testPath] = pay4Power.environments;
  assert.ok(testPath);

  it('starts with the provider’s own', () => {
    assert.equal(suggestVariable(pay4Power, testPath, ['PAPAYA_TOKEN']), 'PAY4POWER_TOKEN');
  });
  it('tells apart by the environment', () => {
    assert.equal(suggestVariable(pay4Power, testPath, ['PAY4POWER_TOKEN']), 'PAY4POWER_TEST_PATH_TOKEN');
  });
  it('tells apart by number after that', () => {
    assert.equal(suggestVariable(pay4Power, testPath, ['PAY4POWER_TOKEN', 'PAY4POWER_TEST_PATH_TOKEN']), 'PAY4POWER_TEST_PATH_TOKEN_2');
  });
  it('puts the environment last where the variable does not end in _TOKEN', () => {
    assert.equal(suggestVariable({ ...pay4Power, variable: 'P4P' }, testPath, ['P4P']), 'P4P_TEST_PATH');
  });
  it('suggests only names that are allowed, for every environment', () => {
    for (const provider of providers)
      for (const environment of [...provider.environments, localEnvironment])
        for (const taken of [[], [provider.variable]])
          assert.equal(variableNameProblem(suggestVariable(provider, environment, taken)), undefined);
  });
});
