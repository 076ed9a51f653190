/**
 * A program of its own that fetches one token and prints what came of it as JSON: Node reads NODE_EXTRA_CA_CERTS and
 * NODE_USE_ENV_PROXY at its start only.
 */
import { inspect } from 'node:util';
import { AuthError } from '../../src/core/errors.ts';
import { systemClock } from '../../src/editor/systemClock.ts';
import { fetchWithRetries } from './faultyCalls.ts';

const outcome = await fetchWithRetries(process.argv[2] ?? '', { clock: systemClock }).then(
  ({ accessToken }) => ({ code: 'fetched', shown: String(accessToken.length) }),
  (error: unknown) => ({
    code: error instanceof AuthError ? error.code : 'unexpected',
    shown: [String(error), JSON.stringify(error), inspect(error, { depth: 20, showHidden: true, getters: true })].join('\n'),
  }),
);
console.log(JSON.stringify(outcome));
