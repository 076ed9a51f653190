import assert from 'node:assert/strict';
import type { CallAttempt } from '../../src/core/callAttempt.ts';
import { AuthError } from '../../src/core/errors.ts';
import type { Token } from '../../src/core/token.ts';
import type { ProfileStatus } from '../../src/core/tokenService.ts';
import { exactTime } from '../../src/editor/duration.ts';
import { describeDeleted, describeInspection, untilInspectionChanges } from '../../src/editor/inspector/inspectionText.ts';
import { acme, acmeProfile, fakeJwt } from '../support/acme.ts';
import { noon } from '../support/fakes.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

const profile = acmeProfile('http://127.0.0.1:4010/token', { name: 'Acme staging' });
const [, live] = acme().environments;
assert.ok(live);
const production = acmeProfile('http://127.0.0.1:4010/token', { name: 'Acme', environment: { ...live, production: true } });

const claims = {
  sub: 'access',
  iss: 'https://issuer.acme.example',
  aud: ['payments', 'payouts'],
  iat: noon / second - 60,
  exp: (noon + hour) / second,
  user: { email: 'nobody@acme.example' },
};
const jwt: Token = {
  accessToken: fakeJwt(claims),
  tokenType: 'Bearer',
  scope: 'payments.read',
  obtainedAt: noon - minute,
  expiresAt: noon + hour,
  statedExpiresAt: noon + hour,
};
const opaque: Token = { accessToken: 'fake-token-that-is-opaque', obtainedAt: noon, expiresAt: noon + hour };

function describeToken(token: Token | undefined, rest: Partial<ProfileStatus> = {}, attempts: readonly CallAttempt[] = []): string {
  return describeInspection(profile, { fetching: false, ...(token && { token }), ...rest }, attempts, noon);
}

/** The value beside a name, wherever its row stands. */
function row(text: string, name: string): string | undefined {
  return text
    .split('\n')
    .find((line) => line.startsWith(`    ${name}  `) || line.startsWith(`    ${name} `))
    ?.slice(4 + name.length)
    .trim();
}

function section(text: string, title: string): string {
  return text.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? '';
}

describe('describeInspection', () => {
  it('tells all of a JWT, in columns', () => {
    assert.equal(
      describeToken(jwt),
      `# Acme staging

    State        valid, 1 h left
    Provider     Acme Payments
    Environment  local
    Host         127.0.0.1:4010
    Variable     ACME_TOKEN

## Token

    Form         JWT, not verified
    Issuer       https: //issuer.acme.example
    Audience     payments, payouts
    Algorithm    none
    Type         Bearer
    Scope        payments.read
    Obtained     ${exactTime(noon - minute)}, 1 min ago
    Expires      ${exactTime(noon + hour)}, in 1 h
    Answer says  ${exactTime(noon + hour)}
    Token says   ${exactTime(noon + hour)}
    Agreement    the answer and the token say the same

## Claims

Decoded, not verified. ••• stands for what is personal or secret.

    sub         access
    iss         https: //issuer.acme.example
    aud         payments, payouts
    iat         ${String(claims.iat)}  ${exactTime(noon - minute)}
    exp         ${String(claims.exp)}  ${exactTime(noon + hour)}
    user/email  •••

## Header

    alg  none
    typ  JWT

## Attempts in this window

None yet.
`,
    );
  });

  it('says of an opaque token that it is one', () => {
    const text = describeToken(opaque);
    assert.equal(row(text, 'Form'), 'opaque');
    assert.equal(row(text, 'Type'), 'not stated');
    assert.equal(row(text, 'Scope'), 'not stated');
    assert.equal(row(text, 'Token says'), undefined);
    assert.equal(section(text, 'Claims').trim(), 'Claims\n\nThe token is opaque: it has no claims to show.');
    assert.equal(section(text, 'Header'), '');
  });

  describe('says without a token', () => {
    const fetchIt = 'There is none. Run “Payment Auth: Fetch Acme token” from the command palette.';
    const editThem = 'There is none. Run “Payment Auth: Edit credentials” from the command palette.';
    const cases: [string, Partial<ProfileStatus>, string, string][] = [
      ['what fetches one', { credentials: 'present' }, 'not fetched yet', fetchIt],
      ['that it is being fetched', { fetching: true }, 'fetching…', 'It is being fetched.'],
      ['that credentials come first', { credentials: 'missing' }, 'credentials missing', editThem],
      [
        'why there is none',
        { lastAttempt: { at: noon, error: new AuthError('serverError', 'Down. Try again later.') } },
        'last attempt failed: Down. Try again later.',
        fetchIt,
      ],
    ];
    for (const [name, status, state, words] of cases)
      it(name, () => {
        const text = describeToken(undefined, status);
        assert.equal(row(text, 'State'), state);
        assert.equal(section(text, 'Token').trim(), `Token\n\n${words}`);
        assert.equal(section(text, 'Claims'), '');
      });
  });

  describe('of the expiry', () => {
    const cases: [string, Token, Record<string, string | undefined>][] = [
      [
        'that it is over',
        { ...opaque, expiresAt: noon - 3 * minute },
        { Expires: undefined, Expired: `${exactTime(noon - 3 * minute)}, 3 min ago` },
      ],
      ['that it is just over', { ...opaque, expiresAt: noon }, { Expired: `${exactTime(noon)}, just now` }],
      [
        'that nobody states it',
        { accessToken: 'fake-token', obtainedAt: noon },
        { Expires: 'unknown: neither the answer nor the token says' },
      ],
      [
        'that the answer says less',
        { ...jwt, expiresAt: noon + 30 * minute, statedExpiresAt: noon + 30 * minute, expiryDisagreement: -30 * minute },
        {
          'Answer says': exactTime(noon + 30 * minute),
          'Token says': exactTime(noon + hour),
          Agreement: 'the answer says 30 min earlier than the token; the earlier one counts',
        },
      ],
      [
        'that the answer says more, which only the difference tells',
        { ...opaque, accessToken: jwt.accessToken, expiryDisagreement: 2 * hour },
        { 'Answer says': undefined, Agreement: 'the answer says 2 h later than the token; the earlier one counts' },
      ],
      [
        'that both are near',
        { ...jwt, statedExpiresAt: noon + hour - 42 * second },
        { Agreement: 'the answer says less than a minute earlier than the token; the earlier one counts' },
      ],
      [
        'that this machine’s clock is behind, with its own times',
        { ...jwt, expiresAt: noon + 55 * minute, statedExpiresAt: noon + 55 * minute, clockSkew: 5 * minute },
        {
          'Token says': exactTime(noon + 55 * minute),
          Agreement: 'the answer and the token say the same',
          Clock: 'this machine’s is 5 min behind the provider’s; the times above are this machine’s',
        },
      ],
      [
        'that this machine’s clock is ahead',
        { ...opaque, clockSkew: -2 * minute },
        { Clock: 'this machine’s is 2 min ahead of the provider’s; the times above are this machine’s' },
      ],
    ];
    for (const [name, token, expected] of cases)
      it(name, () => {
        const text = describeToken(token);
        for (const [key, value] of Object.entries(expected)) assert.equal(row(text, key), value, key);
      });
  });

  it('marks production in the heading and at the environment', () => {
    const text = describeInspection(production, { fetching: false }, [], noon);
    assert.match(text, /^# PROD · Acme\n/);
    assert.equal(row(text, 'Environment'), 'PROD · live');
  });

  it('tells the last failure beside a token that is still good', () => {
    const text = describeToken(jwt, { lastAttempt: { at: noon, error: new AuthError('serverError', 'Down.') } });
    assert.equal(row(text, 'State'), 'valid, 1 h left');
    assert.equal(row(text, 'Last attempt'), `${exactTime(noon)}: Down.`);
  });

  it('lists attempts, the newest first, in columns', () => {
    const down = new AuthError('serverError', 'The provider has a problem of its own (503). Try again later.', { status: 503 });
    const attempts: CallAttempt[] = [
      { at: noon - hour, duration: 20_000, attempt: 1, error: new AuthError('timedOut', 'No answer.') },
      { at: noon - 2 * second, duration: 87.4, attempt: 1, status: 503, error: down },
      { at: noon - second, duration: 245, attempt: 2, status: 200, correlationId: '11111111-2222-4333-8444-000000000004' },
    ];
    const width = Math.max(exactTime(noon).length, exactTime(noon - hour).length);
    const sent = (time: number) => exactTime(time).padEnd(width);
    assert.equal(
      section(describeToken(jwt, {}, attempts), 'Attempts in this window'),
      [
        'Attempts in this window',
        '',
        `    ${'Sent'.padEnd(width)}   Took     Status   Attempt   Correlation id                         Outcome`,
        `    ${sent(noon - second)}   245 ms   200      2         11111111-2222-4333-8444-000000000004   token received`,
        `    ${sent(noon - 2 * second)}   87 ms    503      1         –                                      ${down.message}`,
        `    ${sent(noon - hour)}   20.0 s   –        1         –                                      No answer.`,
        '',
      ].join('\n'),
    );
  });

  describe('takes nothing of others for more than text', () => {
    const hostile = '[x](command:workbench.action.quit) <img src=x onerror=alert(1)> ![y](https://evil.example/z) `w` | # $(sync~spin)';

    it('in claims, names of claims and scopes, each on an indented line of its own', () => {
      const token = {
        ...jwt,
        accessToken: fakeJwt({ iss: hostile, [hostile]: '\n# heading\n```\n', sub: 'HTTPS://evil.example' }),
        scope: hostile,
      };
      const text = describeToken(token);
      for (const line of text.split('\n')) {
        if (/evil|command:|heading|```/.test(line)) assert.match(line, /^ {4}/);
        assert.doesNotMatch(line, /:\/\//);
      }
      assert.equal(text.split('\n').filter((line) => line.startsWith('#')).length, 5);
    });

    it('in the profile’s name, with a backslash before what has a meaning', () => {
      const text = describeInspection({ ...profile, name: '[x](command:quit) <b> *y*\nz' }, { fetching: false }, [], noon);
      assert.equal(text.split('\n')[0], String.raw`# \[x\]\(command\:quit\) \<b\> \*y\*␊z`);
      assert.equal(describeDeleted('<b>'), `# \\<b\\>\n\nThis profile was deleted.\n`);
    });

    it('in a correlation id', () => {
      const text = describeToken(jwt, {}, [{ at: noon, duration: 1, attempt: 1, status: 200, correlationId: 'a\nhttps://evil.example' }]);
      assert.match(text, /^ {4}.* a␊https: \/\/evil\.example +token received$/m);
    });
  });

  it('masks an e-mail address in a scope', () => {
    assert.equal(row(describeToken({ ...opaque, scope: 'user:nobody@acme.example' }), 'Scope'), 'user:n•••@a•••.example');
  });

  it('aligns other rows beside a name that is too wide', () => {
    const wide = 'a_claim_of_a_name_that_is_wider_than_others';
    const text = section(describeToken({ ...jwt, accessToken: fakeJwt({ [wide]: 1, sub: 2 }) }), 'Claims');
    assert.match(text, new RegExp(`^    ${wide}  1\n    sub {27}2$`, 'm'));
  });

  it('says how many claims it does not show, and that there are none', () => {
    const many = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`c${String(index)}`, index]));
    assert.match(describeToken({ ...jwt, accessToken: fakeJwt(many) }), /^The token has 10 more, which are not shown\.$/m);
    assert.match(describeToken({ ...jwt, accessToken: fakeJwt({}) }), /^Decoded, not verified\.\n\nNone\.$/m);
  });

  it('never says the token or a part of it', () => {
    for (const token of [jwt, opaque]) {
      const text = describeToken(token, {}, [{ at: noon, duration: 1, attempt: 1, status: 200 }]);
      for (const part of [token.accessToken, ...token.accessToken.split('.')]) assert.ok(!text.includes(part));
    }
  });
});

describe('untilInspectionChanges', () => {
  const of = (token: Token, rest: Partial<ProfileStatus> = {}): ProfileStatus => ({ fetching: false, token, ...rest });
  const cases: [string, ProfileStatus, number | undefined][] = [
    ['no token', { fetching: false }, undefined],
    ['a token that grows older before it has a minute less left', of({ ...opaque, obtainedAt: noon - 50 * second }), 1],
    ['a token of unknown expiry', of({ accessToken: 'fake-token', obtainedAt: noon - 10 * second }), 50 * second],
    [
      'a token with 30 seconds of a minute left',
      of({ ...opaque, obtainedAt: noon - 10 * second, expiresAt: noon + 90 * second }),
      30 * second + 1,
    ],
    ['a renewal', of({ ...opaque, obtainedAt: noon - 50 * second, expiresAt: noon + 90 * second }, { fetching: true }), 10 * second],
    ['a token of a clock that was turned back', of({ accessToken: 'fake-token', obtainedAt: noon + hour }), minute],
  ];
  for (const [name, status, expected] of cases)
    it(`is ${expected === undefined ? 'never' : `${String(expected)} ms`} for ${name}`, () => {
      assert.equal(untilInspectionChanges(status, noon), expected);
    });

  it('is when the text changes', () => {
    for (const [, status, wait] of cases.slice(1, -1)) {
      const text = (now: number) => describeInspection(profile, status, [], now);
      assert.notEqual(text(noon + (wait ?? 0)), text(noon));
      assert.equal(text(noon + (wait ?? 0) - 1), text(noon));
    }
  });
});
