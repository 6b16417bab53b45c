import type { ContractCall } from './contract.ts'
import { status } from './shared-fields.ts'

export const signInCalls: readonly ContractCall[] = [
  {
    call: 'POST /v3/oauth/token/generate',
    what: 'An access token for a client',
    body: 'key secret',
    answer: 'data { accessToken ttlSeconds } errors',
    failure: `data errors { ${status} }`,
    notes: [
      'The token is signed with HS256 and is opaque to clients; the original’s is signed with RS256.',
      'The original does not publish the body of a failure: it is HTTP 401 with data null.',
    ],
  },
]
