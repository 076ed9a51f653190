import assert from 'node:assert/strict';
import fc from 'fast-check';
import { diagnose } from '../../src/core/diagnosis/diagnose.ts';
import { rules, type Availability, type DiagnosisContext, type Finding, type KnownProfile } from '../../src/core/diagnosis/finding.ts';
import { parseHttpDocument, type HttpLanguage } from '../../src/core/httpDocument.ts';
import { applyEdits } from '../../src/core/injection/textEdit.ts';
import { parseProfiles } from '../../src/core/profile.ts';
import { providers } from '../../src/core/providers/index.ts';
import { fakeJwt } from '../support/acme.ts';

const token = fakeJwt({ sub: 'made-up', exp: 2_000_000_000 });
const opaqueToken = 'made-up-opaque-token-0001';

interface Known extends Partial<Omit<KnownProfile, 'profile'>> {
  readonly provider?: string;
  readonly environment?: string;
  readonly tokenUrl?: string;
  readonly variable?: string;
  readonly name?: string;
  readonly apiHosts?: readonly string[];
}

function context(profiles: readonly Known[], set: readonly string[] = [], injects = true): DiagnosisContext {
  const known = profiles.map(
    ({ availability = 'ready', accessToken, boundNames = new Set(), ownNames = new Set(), ...entry }, index): KnownProfile => {
      const parsed = parseProfiles(
        [
          {
            id: `p${String(index)}`,
            name: 'Papaya staging',
            provider: 'papaya',
            environment: 'staging',
            variable: 'PAPAYA_TOKEN',
            ...entry,
          },
        ],
        providers,
      );
      const [profile] = parsed.profiles;
      assert.ok(profile, parsed.problems[0]?.problem);
      return { profile, availability, boundNames, ownNames, ...(accessToken !== undefined && { accessToken }) };
    },
  );
  return { providers, profiles: known, injects, isSet: (name) => set.includes(name) };
}

/** A finding in a line: its rule, its place, what it underlines. */
function outline(text: string, { rule, span: { line, start, end } }: Finding): string {
  return `${rule} ${String(line)} ‹${(text.split(/\r?\n/)[line] ?? '').slice(start, end)}›`;
}

function find(lines: readonly string[], known: DiagnosisContext = context([]), language: HttpLanguage = 'http', eol = '\n') {
  const text = lines.join(eol);
  return { text, findings: diagnose(parseHttpDocument(text, language), known) };
}

/** A fix in words, or the text that it makes. */
function outcome(text: string, { action }: ReturnType<Finding['fixes']>[number]): unknown {
  switch (action.kind) {
    case 'edit':
      return applyEdits(text, action.edits).split('\n');
    case 'createProfile':
      return `create ${action.provider?.id ?? 'any'} ${action.variable}`;
    case 'addApiHost':
      return `add ${action.host} to ${action.profile.name}`;
    case 'moveSecret':
      return 'move';
    default:
      return `${action.kind} ${action.profile.name}`;
  }
}

const get = 'GET https://a.example';
const reference = 'Authorization: Bearer {{$processEnv PAPAYA_TOKEN}}';

interface Case {
  readonly name: string;
  readonly lines: readonly string[];
  readonly known?: DiagnosisContext;
  readonly language?: HttpLanguage;
  readonly found: readonly string[];
  /** By the title of a fix of the first finding, what it makes. */
  readonly fixes?: Readonly<Record<string, unknown>>;
}

const staging = (availability: Availability) => context([{ availability }]);
const payConnect: Known = { name: 'Pay-Connect dev', provider: 'payConnect', environment: 'development', variable: 'PAY_CONNECT_TOKEN' };
const live: Known = { name: 'Pay-Connect live', provider: 'payConnect', environment: 'production', variable: 'PAY_CONNECT_LIVE_TOKEN' };
const toPapaya = ['POST https://authentication-service.staging.pay.papayaglobal.work/token', 'Content-Type: application/json', ''];

const cases: Readonly<Record<string, readonly Case[]>> = {
  'of references that are empty': [
    { name: 'one that a profile provides', lines: [get, reference], known: staging('ready'), found: [] },
    { name: 'one that is being fetched', lines: [get, reference], known: staging('unknown'), found: [] },
    {
      name: 'an expired one',
      lines: [get, reference],
      known: staging('expired'),
      found: ['unavailableToken 1 ‹PAPAYA_TOKEN›'],
      fixes: { 'Fetch a token of Papaya staging': 'fetch Papaya staging' },
    },
    {
      name: 'one that was never fetched',
      lines: [get, reference],
      known: staging('missing'),
      found: ['unavailableToken 1 ‹PAPAYA_TOKEN›'],
      fixes: { 'Fetch a token of Papaya staging': 'fetch Papaya staging' },
    },
    {
      name: 'one whose credentials are missing',
      lines: [get, reference],
      known: staging('credentialsNeeded'),
      found: ['unavailableToken 1 ‹PAPAYA_TOKEN›'],
      fixes: { 'Edit the credentials of Papaya staging': 'editCredentials Papaya staging' },
    },
    {
      name: 'one that is not kept in memory',
      lines: [get, reference],
      known: staging('notInMemory'),
      found: ['unavailableToken 1 ‹PAPAYA_TOKEN›'],
      fixes: { 'Keep in memory the token of Papaya staging': 'keepInMemory Papaya staging' },
    },
    {
      name: 'an expired one in a file variable and in a URL',
      lines: ['@t = {{$processEnv PAPAYA_TOKEN}}', '###', 'GET https://a.example?t={{ $processEnv PAPAYA_TOKEN }}', 'A: {{t}}'],
      known: staging('expired'),
      found: ['unavailableToken 0 ‹PAPAYA_TOKEN›', 'unavailableToken 2 ‹PAPAYA_TOKEN›'],
    },
    {
      name: 'an expired one that something else has set',
      lines: [get, reference],
      known: context([{ availability: 'expired' }], ['PAPAYA_TOKEN']),
      found: [],
    },
    {
      name: 'an expired one where nothing may be put into the environment',
      lines: [get, reference],
      known: context([{ availability: 'expired' }], [], false),
      found: [],
    },
    {
      name: 'a variable that nobody provides',
      lines: [get, 'A: {{$processEnv ACME_TOKEN}}'],
      known: staging('ready'),
      found: ['unknownVariable 1 ‹ACME_TOKEN›'],
      fixes: { 'Create a profile for ACME_TOKEN': 'create any ACME_TOKEN' },
    },
    {
      name: 'one that is spelled much like a profile’s',
      lines: [get, 'A: {{$processEnv PAPAYA_TOKN}}'],
      known: staging('ready'),
      found: ['unknownVariable 1 ‹PAPAYA_TOKN›'],
      fixes: {
        'Change to {{$processEnv PAPAYA_TOKEN}}': [get, 'A: {{$processEnv PAPAYA_TOKEN}}'],
        'Create a Papaya profile for PAPAYA_TOKN': 'create papaya PAPAYA_TOKN',
      },
    },
    {
      name: 'a variable of credentials, with a profile',
      lines: [get, 'A: {{$processEnv PAPAYA_CLIENT_SECRET}}'],
      known: staging('ready'),
      found: ['unknownVariable 1 ‹PAPAYA_CLIENT_SECRET›'],
      fixes: { 'Fetch a token of Papaya staging': 'fetch Papaya staging' },
    },
    {
      name: 'a variable of credentials, without one',
      lines: [get, 'A: {{$processEnv PAPAYA_CLIENT_SECRET}}'],
      found: ['unknownVariable 1 ‹PAPAYA_CLIENT_SECRET›'],
      fixes: { 'Create a Papaya profile for PAPAYA_TOKEN': 'create papaya PAPAYA_TOKEN' },
    },
    { name: 'a variable that the environment has', lines: [get, 'A: {{$processEnv HOME}}'], known: context([], ['HOME']), found: [] },
    { name: 'a name that the settings look up', lines: [get, 'A: {{$processEnv %name}}'], found: [] },
    { name: 'variables of other kinds', lines: [get, 'A: {{$dotenv X}} {{y}} {{$guid}} {{$randomInt 1 5}}'], found: [] },
    {
      name: 'a reference in a comment of several lines, and in a script',
      lines: ['/*', '{{$processEnv ACME_TOKEN}}', '*/', get, '', '> {%', 'x("{{$processEnv ACME_TOKEN}}")', '%}'],
      found: [],
    },
    {
      name: 'a name that another variable holds',
      lines: ['@n = ACME_TOKEN', '###', get, 'A: {{$processEnv %n}}'],
      found: ['unknownVariable 3 ‹n›'],
    },
    { name: 'a reference in a comment', lines: [get, '# A: {{$processEnv ACME_TOKEN}}', '// {{$processEnv ACME_TOKEN}}'], found: [] },
    {
      name: 'fences of Markdown alone',
      lines: ['{{$processEnv A}}', '```http', get, 'A: {{$processEnv B}}', '```', '{{$processEnv C}}'],
      language: 'markdown',
      found: ['unknownVariable 3 ‹B›'],
    },
  ],
  'of secrets that stand in the file': [
    {
      name: 'a JWT in a header',
      lines: [get, `Authorization: Bearer ${token}`],
      found: [`hardCodedSecret 1 ‹${token}›`],
      fixes: { 'Move it to a profile and leave a reference': 'move' },
    },
    {
      name: 'a JWT anywhere',
      lines: [`@x = ${token}`, '###', `GET https://a.example?t=${token}`, '', `{"t": "${token}"}`, `# ${token}`],
      found: [
        `hardCodedSecret 0 ‹${token}›`,
        `hardCodedSecret 2 ‹${token}›`,
        `hardCodedSecret 4 ‹${token}›`,
        `hardCodedSecret 5 ‹${token}›`,
      ],
    },
    {
      name: 'an opaque token in a header',
      lines: [get, 'authorization: bearer 0123456789abcdefghij'],
      found: ['hardCodedSecret 1 ‹0123456789abcdefghij›'],
    },
    {
      name: 'an opaque token in a variable',
      lines: ['@token = 0123456789abcdefghij'],
      found: ['hardCodedSecret 0 ‹0123456789abcdefghij›'],
    },
    {
      name: 'a scheme and a token in a variable',
      lines: ['@myToken = Bearer 0123456789abcdefghij'],
      found: ['hardCodedSecret 0 ‹0123456789abcdefghij›'],
    },
    {
      name: 'a profile’s own token, whatever it looks like',
      lines: [get, `X-Key: ${opaqueToken} ${opaqueToken}`],
      known: context([{ accessToken: opaqueToken }]),
      found: [`hardCodedSecret 1 ‹${opaqueToken}›`, `hardCodedSecret 1 ‹${opaqueToken}›`],
    },
    {
      name: 'a token that a binding keeps there',
      lines: [`@papayaToken = ${token}`],
      known: context([{ ownNames: new Set(['papayaToken']) }]),
      found: [],
    },
    {
      name: 'a token under a name that is bound in another file',
      lines: [`@papayaToken = ${token}`],
      known: context([{ boundNames: new Set(['papayaToken']) }]),
      found: [`hardCodedSecret 0 ‹${token}›`],
    },
    {
      name: 'placeholders',
      lines: [get, 'Authorization: Bearer YOUR_TOKEN_HERE', 'Authorization: Bearer <token>', 'X: eyJ', '', '{"client_secret": "<secret>"}'],
      found: ['repeatedAuthorization 2 ‹Authorization: Bearer <token>›'],
    },
    {
      name: 'what only looks like a token',
      lines: [
        '@access_token = /v1/oauth2/access_token/current',
        '@csrfToken = 0123456789abcdef0123456789abcdef',
        '@nextPageToken = page-2-of-the-long-listing',
        '@papayaTokenName = billing-service-token-01',
        '@accessToken = 550e8400-e29b-41d4-a716-446655440000',
        '@fileToken = ../secrets/papaya-token-2024.json',
        '###',
        get,
        'Authorization: Bearer your-access-token-goes-here-1',
        '###',
        get,
        'Authorization: Bearer xxxxxxxxxxxxxxxxxxxx1',
        '###',
        'POST https://authentication-service.staging.pay.papayaglobal.work/token',
        '',
        '{"api_key": "changeme", "client_secret": "TODO-fill-in"}',
        '###',
        'POST https://authentication-service.staging.pay.papayaglobal.work/token',
        '',
        '{"api_key": "${PAPAYA_API_KEY}", "client_secret": "$processEnv.X"}',
      ],
      found: [],
    },
    {
      name: 'tokens in other spellings',
      lines: [
        '@prodToken = "0123456789abcdefghij"',
        '###',
        get,
        'X-Access-Token: 0123456789abcdefghij',
        'Authorization: 9876543210abcdefghij',
        '###',
        'curl https://a.example \\',
        "  -H 'Authorization: Bearer 0123456789abcdefghij'",
      ],
      found: [
        'hardCodedSecret 0 ‹0123456789abcdefghij›',
        'hardCodedSecret 3 ‹0123456789abcdefghij›',
        'hardCodedSecret 4 ‹9876543210abcdefghij›',
        'hardCodedSecret 7 ‹0123456789abcdefghij›',
      ],
    },
    {
      name: 'keys in a curl command',
      lines: [`curl ${toPapaya[0]?.slice(5) ?? ''} -d '{"api_key": "made-up-key-1", "client_secret": "made-up-secret-1"}'`],
      found: ['hardCodedSecret 0 ‹made-up-key-1›', 'hardCodedSecret 0 ‹made-up-secret-1›'],
    },
    {
      name: 'names of keys, which are none, and two keys in a line',
      lines: [
        '@PRIV_KEY_STAGING = {{$dotenv PRIV_KEY_STAGING}}',
        '###',
        get,
        'A: {{PRIV_KEY_STAGING}} PRIV_KEY_XXXXXXXXXX PRIV_KEY_your_key_here MYPRIV_KEY_abcdef123',
        'B: PRIV_KEY_abcdef123 PRIV_KEY_abcdef456',
      ],
      found: ['hardCodedSecret 4 ‹PRIV_KEY_abcdef123›', 'hardCodedSecret 4 ‹PRIV_KEY_abcdef456›'],
    },
    {
      name: 'a longer secret that begins like a profile’s token',
      lines: [get, `A: ${opaqueToken}2`, `B: x${opaqueToken}`],
      known: context([{ accessToken: opaqueToken }]),
      found: [],
    },
    {
      name: 'a token in a script, for which there is no reference',
      lines: [get, '', '> {%', `client.global.set("t", "${token}")`, '%}'],
      found: [`hardCodedSecret 3 ‹${token}›`],
      fixes: {},
    },
    {
      name: 'a key whole, and keys that begin or go on strangely',
      lines: [
        '@pay4powerPrivateKey = PRIV_KEY_q1w2e3r4t5+AbC/dEf==',
        '###',
        ...toPapaya,
        '{"api_key": "k-100000000042", "client_secret": "/Ab3dE9kLmNoPqRs12=="}',
      ],
      found: [
        'hardCodedSecret 0 ‹PRIV_KEY_q1w2e3r4t5+AbC/dEf==›',
        'hardCodedSecret 5 ‹k-100000000042›',
        'hardCodedSecret 5 ‹/Ab3dE9kLmNoPqRs12==›',
      ],
    },
    { name: 'JSON too deep for any parser', lines: [...toPapaya, `{"client_secret":${'['.repeat(50_000)}`], found: [] },
    { name: 'a word in the place of a token', lines: [get, 'Authorization: Bearer somethingwithoutanydigits'], found: [] },
    {
      name: 'prose around a fence',
      lines: [token, '```http', get, '```', `@token = ${token}`],
      language: 'markdown',
      found: [],
    },
    {
      name: 'keys by what they begin with',
      lines: [get, '', '{"x": "PRIV_KEY_made_up_0001", "y": "PUB_KEY_made_up_0001"}', 'PRIV_KEY_'],
      found: ['hardCodedSecret 2 ‹PRIV_KEY_made_up_0001›'],
    },
    {
      name: 'keys in the provider’s own token call',
      lines: [...toPapaya, '{"api_key": "made-up-key-1", "client_secret": "made-up-secret-1", "token_name": "any"}'],
      found: ['hardCodedSecret 3 ‹made-up-key-1›', 'hardCodedSecret 3 ‹made-up-secret-1›'],
    },
    {
      name: 'keys in a body of several lines',
      lines: [...toPapaya, '{', '  "api_key": "made-up-key-1",', '  "client_secret": "{{secret}}"', '}'],
      found: ['hardCodedSecret 4 ‹made-up-key-1›'],
    },
    {
      name: 'a token call whose host is a variable',
      lines: [
        'POST {{base}}/token/',
        'Content-Type: application/vnd.api+json',
        '',
        '{"data": {"type": "auth-token", "attributes": {"client_id": "made-up-id-1", "client_secret": "made-up-secret-1"}}}',
      ],
      found: ['hardCodedSecret 3 ‹made-up-id-1›', 'hardCodedSecret 3 ‹made-up-secret-1›'],
    },
    {
      name: 'a token call to a profile’s own URL',
      lines: ['POST http://127.0.0.1:4010/token', '', '{"api_key": "made-up-key-1"}'],
      known: context([{ environment: 'local', tokenUrl: 'http://127.0.0.1:4010/token' }]),
      found: ['hardCodedSecret 2 ‹made-up-key-1›'],
    },
    {
      name: 'a client secret of somebody else',
      lines: [
        'POST https://login.example/oauth',
        '',
        '{"grant_type": "client_credentials", "client_id": "x-000001", "client_secret": "made-up-1"}',
      ],
      found: [],
    },
    {
      name: 'variables that are named as credentials are',
      lines: ['@papayaClientSecret = made-up-secret-1', '@PAPAYA_API_KEY = {{$processEnv HOME}}', '@apiKey = made-up-key-1'],
      known: context([], ['HOME']),
      found: ['hardCodedSecret 0 ‹made-up-secret-1›'],
    },
  ],
  'of hosts': [
    {
      name: 'a production token to its own host',
      lines: ['GET https://api-payment.lab4pay.com/v1/x', 'A: {{$processEnv PAY_CONNECT_LIVE_TOKEN}}'],
      known: context([live]),
      found: [],
    },
    {
      name: 'a production token to another host',
      lines: ['GET https://echo.example/v1/x HTTP/1.1', 'A: {{$processEnv PAY_CONNECT_LIVE_TOKEN}}'],
      known: context([live]),
      found: ['wrongHost 0 ‹https://echo.example/v1/x›'],
      fixes: { 'Add echo.example to the API hosts of Pay-Connect live': 'add echo.example to Pay-Connect live' },
    },
    {
      name: 'a production token to this machine',
      lines: ['GET http://localhost:3000/x', 'A: {{$processEnv PAY_CONNECT_LIVE_TOKEN}}'],
      known: context([live]),
      found: ['wrongHost 0 ‹http://localhost:3000/x›'],
    },
    {
      name: 'a production token to a host that the profile names',
      lines: ['GET https://api.lab4pay.example/v1/x', 'A: {{$processEnv PAY_CONNECT_LIVE_TOKEN}}'],
      known: context([{ ...live, apiHosts: ['API.lab4pay.example'] }]),
      found: [],
    },
    {
      name: 'one below a domain that the profile names, and the domain itself',
      lines: [
        'GET https://api.lab4pay.example/x',
        'A: {{$processEnv PAY_CONNECT_LIVE_TOKEN}}',
        '###',
        'GET https://lab4pay.example/x',
        'A: {{$processEnv PAY_CONNECT_LIVE_TOKEN}}',
        '###',
        'GET https://api.lab4pay.example.evil.example/x',
        'A: {{$processEnv PAY_CONNECT_LIVE_TOKEN}}',
      ],
      known: context([{ ...live, apiHosts: ['*.lab4pay.example'] }]),
      found: ['wrongHost 3 ‹https://lab4pay.example/x›', 'wrongHost 6 ‹https://api.lab4pay.example.evil.example/x›'],
    },
    {
      name: 'the right host under another port',
      lines: ['GET https://api-payment.lab4pay.com:8443/x', 'A: {{$processEnv PAY_CONNECT_LIVE_TOKEN}}'],
      known: context([live]),
      found: ['wrongHost 0 ‹https://api-payment.lab4pay.com:8443/x›'],
    },
    {
      name: 'a sandbox token to production',
      lines: ['GET https://api-payment.lab4pay.com/v1/x', 'A: {{$processEnv PAY_CONNECT_TOKEN}}'],
      known: context([payConnect, live]),
      found: ['wrongHost 0 ‹https://api-payment.lab4pay.com/v1/x›'],
      fixes: {
        'Change to {{$processEnv PAY_CONNECT_LIVE_TOKEN}} of Pay-Connect live (production)': [
          'GET https://api-payment.lab4pay.com/v1/x',
          'A: {{$processEnv PAY_CONNECT_LIVE_TOKEN}}',
        ],
      },
    },
    {
      name: 'a sandbox token to production that only the provider’s data knows, through variables',
      lines: [
        '@host = https://api-payment.lab4pay.com',
        '@t = {{$processEnv PAY_CONNECT_TOKEN}}',
        '###',
        'GET {{host}}/v1/x',
        'Authorization: Bearer {{t}}',
      ],
      known: context([payConnect]),
      found: ['wrongHost 3 ‹{{host}}/v1/x›'],
    },
    {
      name: 'a sandbox token to a production host of a profile',
      lines: ['GET https://pay.example/x', 'A: {{$processEnv PAPAYA_TOKEN}}'],
      known: context([
        {},
        { name: 'Papaya', environment: 'production', tokenUrl: 'https://auth.pay.example/token', variable: 'P', apiHosts: ['pay.example'] },
      ]),
      found: ['wrongHost 0 ‹https://pay.example/x›'],
    },
    {
      name: 'one host for both, told apart by the path',
      lines: ['GET https://pay.example/x', 'A: {{$processEnv PAPAYA_TOKEN}}'],
      known: context([
        { tokenUrl: 'https://pay.example/test/token' },
        { name: 'Papaya', environment: 'production', tokenUrl: 'https://pay.example/token', variable: 'P' },
      ]),
      found: [],
    },
    {
      name: 'a sandbox token to any other host',
      lines: ['GET https://echo.example/x', 'A: {{$processEnv PAY_CONNECT_TOKEN}}'],
      known: context([payConnect, live]),
      found: [],
    },
    {
      name: 'a production token that stands there as text',
      lines: ['GET https://echo.example/x', `Authorization: Bearer ${token}`],
      known: context([{ ...live, accessToken: token }]),
      found: [`hardCodedSecret 1 ‹${token}›`, 'wrongHost 0 ‹https://echo.example/x›'],
    },
    {
      name: 'a production token under a name that is bound',
      lines: ['GET https://echo.example/x', 'A: {{payConnectLiveToken}}'],
      known: context([{ ...live, boundNames: new Set(['payConnectLiveToken']) }]),
      found: ['wrongHost 0 ‹https://echo.example/x›'],
    },
    {
      name: 'a production token through names that JavaScript does not know',
      lines: ['@live-token = {{$processEnv PAY_CONNECT_LIVE_TOKEN}}', '###', 'GET https://echo.example/x', 'A: {{live-token}}'],
      known: context([live]),
      found: ['wrongHost 2 ‹https://echo.example/x›'],
    },
    {
      name: 'a production token over plain HTTP',
      lines: ['GET api-payment.lab4pay.com/x', 'A: {{$processEnv PAY_CONNECT_LIVE_TOKEN}}'],
      known: context([live]),
      found: ['wrongHost 0 ‹api-payment.lab4pay.com/x›'],
    },
    {
      name: 'a host with a last dot, which is the same',
      lines: ['GET https://api-payment.lab4pay.com./x', 'A: {{$processEnv PAY_CONNECT_LIVE_TOKEN}}'],
      known: context([live]),
      found: [],
    },
    {
      name: 'a WebSocket to the right host, and a curl command to a wrong one',
      lines: [
        'WS wss://api-payment.lab4pay.com/x',
        'A: {{$processEnv PAY_CONNECT_LIVE_TOKEN}}',
        '###',
        'curl https://echo.example/x -H "Authorization: Bearer {{$processEnv PAY_CONNECT_LIVE_TOKEN}}"',
      ],
      known: context([live]),
      found: ['wrongHost 3 ‹https://echo.example/x›'],
    },
    {
      name: 'the URL of curl commands, and not others in them',
      lines: [
        'curl -H "Referer: https://api-payment.lab4pay.com/" -H "A: {{$processEnv PAY_CONNECT_LIVE_TOKEN}}" https://echo.example/1',
        '###',
        'curl -H "A: {{$processEnv PAY_CONNECT_LIVE_TOKEN}}" echo.example/2 -d \'{"cb": "https://api-payment.lab4pay.com/"}\'',
        '###',
        'curl -sS -X POST -H "Origin: https://app.example" \\',
        '  -H "A: {{$processEnv PAY_CONNECT_LIVE_TOKEN}}" --url https://api-payment.lab4pay.com/3',
        '###',
        'curl {{base}}/4 -H "A: {{$processEnv PAY_CONNECT_LIVE_TOKEN}}" -d \'{"cb": "https://shop.example/"}\'',
        '',
        '# see https://docs.example/5',
        '###',
        'curl --some-option x https://echo.example/6 -H "A: {{$processEnv PAY_CONNECT_LIVE_TOKEN}}"',
      ],
      known: context([live]),
      found: ['wrongHost 0 ‹https://echo.example/1›', 'wrongHost 2 ‹echo.example/2›'],
    },
    {
      name: 'hosts behind user info and before a backslash, and an open socket',
      lines: ['https://a+b@evil.example/', 'https://evil.example\\x', 'ws://api-payment.lab4pay.com/x'].flatMap((url) => [
        `GET ${url}`,
        'A: {{$processEnv PAY_CONNECT_LIVE_TOKEN}}',
        '###',
      ]),
      known: context([live]),
      found: [
        'wrongHost 0 ‹https://a+b@evil.example/›',
        'wrongHost 3 ‹https://evil.example\\x›',
        'wrongHost 6 ‹ws://api-payment.lab4pay.com/x›',
      ],
    },
    {
      name: 'what follows a body that begins like a comment',
      lines: [
        'POST https://a.example',
        '',
        '/* /index.html 200',
        '###',
        'GET https://echo.example/x',
        'A: {{$processEnv PAY_CONNECT_LIVE_TOKEN}}',
      ],
      known: context([live]),
      found: ['wrongHost 4 ‹https://echo.example/x›'],
    },
    {
      name: 'a host that is defined anew for each region',
      lines: [
        '@host = https://api-payment.lab4pay.dev',
        'GET {{host}}/x',
        'A: {{$processEnv PAY_CONNECT_TOKEN}}',
        '###',
        '@host = https://api-payment.lab4pay.com',
        'GET {{host}}/x',
        'A: {{$processEnv PAY_CONNECT_LIVE_TOKEN}}',
      ],
      known: context([payConnect, live]),
      found: [],
    },
    {
      name: 'a production token to a host that its region alone defines',
      lines: [
        '@host = https://echo.example',
        'GET {{host}}/x',
        'A: {{$processEnv PAY_CONNECT_LIVE_TOKEN}}',
        '###',
        '@host = https://api-payment.lab4pay.com',
        'GET {{host}}/x',
      ],
      known: context([live]),
      found: ['wrongHost 1 ‹{{host}}/x›'],
    },
    {
      name: 'a host that only the client knows',
      lines: ['GET {{host}}/x', 'A: {{$processEnv PAY_CONNECT_LIVE_TOKEN}}'],
      known: context([live]),
      found: [],
    },
  ],
  'of Authorization twice': [
    {
      name: 'two headers',
      lines: [get, 'Authorization: a', 'Accept: */*', 'authorization: b', '', 'body'],
      found: ['repeatedAuthorization 3 ‹authorization: b›'],
      fixes: {
        'Remove this header': [get, 'Authorization: a', 'Accept: */*', '', 'body'],
        'Keep this header and remove the others': [get, 'Accept: */*', 'authorization: b', '', 'body'],
      },
    },
    {
      name: 'three headers, the last at the end of the file',
      lines: [get, 'Authorization: a', 'Authorization: b', 'Authorization: c'],
      found: ['repeatedAuthorization 2 ‹Authorization: b›', 'repeatedAuthorization 3 ‹Authorization: c›'],
      fixes: { 'Keep this header and remove the others': [get, 'Authorization: b'] },
    },
    { name: 'one in each of two requests', lines: [get, 'Authorization: a', '###', get, 'Authorization: b'], found: [] },
    { name: 'one that is commented out', lines: [get, 'Authorization: a', '# Authorization: b'], found: [] },
  ],
  'of headers that are taken for something else': [
    {
      name: 'a comment that is none to httpYac',
      lines: [get, '  #Authorization: x', 'Accept: */*'],
      found: ['misreadHeader 1 ‹#Authorization: x›'],
      fixes: {
        'Make it a comment': [get, '  # Authorization: x', 'Accept: */*'],
        'Make it a header': [get, '  Authorization: x', 'Accept: */*'],
      },
    },
    { name: 'proper comments', lines: [get, '# Authorization: x', '// Accept: y', '#note', '## b: c'], found: [] },
    { name: 'such a comment in a body', lines: [get, '', '#a: b'], found: [] },
    {
      name: 'a blank line before the headers',
      lines: [get, '', '', 'Authorization: x', 'Accept: */*', '', 'body'],
      found: ['misreadHeader 3 ‹Authorization: x›'],
      fixes: { 'Remove the blank line above': [get, 'Authorization: x', 'Accept: */*', '', 'body'] },
    },
    {
      name: 'a blank line in the middle of them',
      lines: [get, 'Accept: */*', '', 'Authorization: x'],
      found: ['misreadHeader 3 ‹Authorization: x›'],
      fixes: { 'Remove the blank line above': [get, 'Accept: */*', 'Authorization: x'] },
    },
    { name: 'a body of YAML', lines: [get, '', 'host: localhost', 'accept: true'], found: [] },
    { name: 'a letter', lines: [get, '', 'Authorization: this is what I mean', 'and more of it'], found: [] },
    { name: 'a body whose type is stated', lines: [get, 'Content-Type: text/plain', '', 'Authorization: x'], found: [] },
    { name: 'a body that begins like another header', lines: [get, 'Accept: */*', '', 'Subject: x'], found: [] },
    { name: 'a body of JSON', lines: [get, '', '{"Authorization": "x"}'], found: [] },
    { name: 'blank lines and nothing else', lines: [get, '', ''], found: [] },
    {
      name: 'a variable between the URL and the headers',
      lines: ['# a', get, '@t = 1', 'Authorization: {{t}}'],
      found: ['misreadHeader 2 ‹@t = 1›'],
      fixes: { 'Move it above the request line': ['# a', '@t = 1', get, 'Authorization: {{t}}'] },
    },
    {
      name: 'a header without its colon',
      lines: [get, 'Authorization Bearer x'],
      found: ['misreadHeader 1 ‹Authorization Bearer x›'],
      fixes: { 'Put the colon in': [get, 'Authorization: Bearer x'] },
    },
    { name: 'a curl command', lines: ['curl https://a.example', '', 'Authorization: x'], found: [] },
  ],
};

describe('diagnose', () => {
  for (const [subject, own] of Object.entries(cases))
    describe(subject, () => {
      for (const { name, lines, known, language, found, fixes } of own) {
        it(`finds ${found.length === 0 ? 'nothing in' : 'what there is of'} ${name}`, () => {
          const { text, findings } = find(lines, known, language);
          assert.deepEqual(
            findings.map((finding) => outline(text, finding)),
            found,
          );
        });
        if (fixes)
          it(`offers what helps with ${name}`, () => {
            const { text, findings } = find(lines, known, language);
            const offered = Object.fromEntries((findings[0]?.fixes() ?? []).map((fix) => [fix.title, outcome(text, fix)]));
            assert.deepEqual({ ...offered, ...fixes }, offered);
            for (const title of Object.keys(fixes))
              assert.ok(title in offered, `no fix “${title}” among ${Object.keys(offered).join(', ')}`);
          });
      }
    });

  it('keeps the line endings of a file in what its fixes make', () => {
    const { text, findings } = find([get, '@t = 1', '#A: b', ''], context([]), 'http', '\r\n');
    for (const finding of findings)
      for (const { action } of finding.fixes())
        if (action.kind === 'edit') assert.doesNotMatch(applyEdits(text, action.edits), /(?<!\r)\n/);
    assert.ok(findings.length > 0);
  });

  it('tells of no secret in what it says', () => {
    for (const { lines, known, language } of Object.values(cases).flat()) {
      const { text, findings } = find(lines, known, language);
      const secrets = findings
        .filter(({ rule }) => rule === 'hardCodedSecret')
        .map(({ span: { line, start, end } }) => (text.split('\n')[line] ?? '').slice(start, end));
      const said = JSON.stringify(findings.map((finding) => [finding.message, finding.fixes().map(({ title }) => title)]));
      for (const secret of secrets) assert.ok(!said.includes(secret));
    }
  });

  it('has a case for every rule', () => {
    const found = new Set(Object.values(cases).flatMap((own) => own.flatMap((each) => each.found.map((line) => line.split(' ')[0]))));
    assert.deepEqual([...found].sort(), [...rules].sort());
  });

  // Whatever took more than its share of time would not end within that of a test.
  const heavy: Readonly<Record<string, string>> = {
    'blanks in a definition': `@a = x${' '.repeat(200_000)}y`,
    'blanks in a URL': `POST https://x/a${' '.repeat(200_000)}y\n\n{"client_secret": "made-up-1"}`,
    'braces that never close': `GET https://a\nA: ${'{{'.repeat(200_000)}`,
    'one name defined again and again': '@a = x\n'.repeat(50_000),
    'a name defined for each request': '###\n@host = https://a.example\nGET {{host}}\nA: {{$processEnv PAY_CONNECT_LIVE_TOKEN}}\n'.repeat(
      3000,
    ),
    'a line of tokens': `GET https://a\nA: ${`${token} `.repeat(5000)}`,
    'variables in a long chain': `${Array.from({ length: 20_000 }, (_, index) => `@a${String(index)} = {{a${String(index + 1)}}}`).join('\n')}\n###\nGET https://{{a0}}\nA: {{a0}}`,
    'a variable of itself, many times': `@a = ${'{{a}}'.repeat(10)}\nPOST {{a}}\nX: 1\n\n{"client_secret": "made-up-1"}`,
    'prefixes of keys': `GET https://a\nA: ${'PRIV_KEY_abc{{'.repeat(20_000)}`,
  };
  for (const [name, text] of Object.entries(heavy))
    it(`stands ${name}`, () => {
      assert.ok(Array.isArray(diagnose(parseHttpDocument(text), context([{ availability: 'expired' }, live]))));
    });

  it('stands any text, and finds places that are there', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom(
        get,
        reference,
        'Authorization: x',
        '#A: b',
        '@t = {{t}}',
        `Authorization: Bearer ${token}`,
        '{{',
        '}}',
        '###',
        '',
        '```http',
        '```',
        '{"api_key": "made-up-key-1"}',
        'POST {{x}}/token',
        'PRIV_KEY_made_up_1',
      ),
    );
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 20 }),
        fc.constantFrom('http', 'markdown'),
        fc.constantFrom('\n', '\r\n'),
        (lines, language, eol) => {
          const { text, findings } = find(lines, context([{ availability: 'expired' }, live]), language, eol);
          const cut = parseHttpDocument(text, language).lines;
          for (const finding of findings) {
            const { span } = finding;
            assert.ok(span.start >= 0 && span.start < span.end && span.end <= (cut[span.line]?.length ?? -1), JSON.stringify(span));
            for (const { action } of finding.fixes()) if (action.kind === 'edit') applyEdits(text, action.edits);
          }
        },
      ),
    );
  });
});
