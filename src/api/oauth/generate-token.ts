import { Type } from 'typebox'
import { isPublicClient } from '../../identity/credentials/public-credentials-rules.ts'
import { generateToken } from '../../identity/credentials/tokens.ts'
import type { Context } from '../../ledger/context.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { refusePublic } from '../../http/authenticate.ts'
import { signInLimitBytes } from '../../http/json-body.ts'
import { requireSignInQuota } from '../../http/rate-limits.ts'

const credential = (description: string) => Type.String({ minLength: 1, maxLength: 200, description })

const failure = Type.Object({
  data: Type.Null(),
  errors: Type.Array(Type.Object({ status: Type.Boolean(), code: Type.Integer(), message: Type.String() })),
})

/** `POST /v3/oauth/token/generate`: exchanges a client's key and secret for an access token. */
export function registerGenerateToken(app: App, context: Context): void {
  route(app, 'POST /v3/oauth/token/generate', {
    access: 'public',
    failure: 'token',
    limit: 'sign-in',
    bodyLimit: signInLimitBytes,
    schema: {
      operationId: 'generateToken',
      summary: 'An access token for a client',
      description: 'Send the token in X-CAP-API-OAUTH-TOKEN or as Authorization: Bearer until it expires.',
      tags: ['Sign-in'],
      body: Type.Object({
        key: credential('Key of the client.'),
        secret: credential('Secret of the client.'),
      }),
      response: {
        200: Type.Object({
          data: Type.Object({ accessToken: Type.String(), ttlSeconds: Type.Integer() }),
          errors: Type.Null(),
        }),
        ...Object.fromEntries([400, 401, 405, 413, 415, 429, 500, 503].map((status) => [status, failure])),
      },
    },
    handler: async (_caller, request) => {
      const { key, secret } = request.body
      refusePublic(context, isPublicClient(key, secret))
      const data = await generateToken(context, key, secret, request.address, () =>
        requireSignInQuota(context, request),
      )
      return { data, errors: null }
    },
  })
}
