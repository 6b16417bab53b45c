import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'

/** The document at `/openapi.json`: what is here, and the schema of every route. */
export const openApi: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Counterfoil',
      description: 'A self-hosted coupon ledger that speaks the Capillary v2 coupon API.',
      version: '0.1.0',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: [
      { name: 'Coupons', description: 'Coupons of customers.' },
      { name: 'Sign-in', description: 'Access tokens.' },
      { name: 'Operation', description: 'Probes and figures.' },
    ],
    components: {
      securitySchemes: {
        basic: {
          type: 'http',
          scheme: 'basic',
          description: 'Till code, and the lower-case hexadecimal MD5 of its password (or the password).',
        },
        token: {
          type: 'apiKey',
          in: 'header',
          name: 'X-CAP-API-OAUTH-TOKEN',
          description: 'Access token of a client.',
        },
        bearer: { type: 'http', scheme: 'bearer', description: 'The same access token.' },
      },
    },
    security: [{ basic: [] }, { token: [] }, { bearer: [] }],
  },
}
