import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import type { FastifySwaggerUiOptions } from '@fastify/swagger-ui'
import { version } from '../platform/version.ts'

/** The ways in which a caller can sign in, as `securitySchemes` describes them. */
export const credentialSchemes = ['basic', 'token', 'bearer', 'session'] as const

/** The document at `/openapi.json`, with the schema of every route. */
export const openApi: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Counterfoil',
      description: 'A self-hosted coupon ledger that speaks the Capillary v2 coupon API.',
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    externalDocs: { url: '/docs/guide/', description: 'The guide: terms, recipes and operation' },
    tags: [
      { name: 'Coupons', description: 'Coupons of customers.' },
      { name: 'Version 1.1', description: 'The older calls, in JSON or XML.' },
      {
        name: 'Till',
        description: 'The worth of coupons on a bill: quotes, and redemptions at the quoted discounts.',
      },
      { name: 'Holds', description: 'Coupons that checkouts reserve, for people who help.' },
      { name: 'Series', description: 'The terms under which coupons are issued and redeemed.' },
      { name: 'Uploads', description: 'Files of codes, customers and redemptions.' },
      { name: 'Codes', description: 'Codes made by the million, before there is a customer.' },
      { name: 'Customers', description: 'Who holds coupons: registering, finding, changing.' },
      { name: 'Places', description: 'Stores and tills.' },
      { name: 'Webhooks', description: 'Receivers of events.' },
      { name: 'Administration', description: 'Settings, access, and the erasure of persons.' },
      { name: 'Sandbox', description: 'An organisation to try integrations in: its clock, and emptying it.' },
      { name: 'People', description: 'Signing in with e-mail address and password, users and sessions.' },
      { name: 'Care', description: 'Finding anything, and why a coupon works or does not.' },
      { name: 'Figures', description: 'What was issued, redeemed and reversed.' },
      { name: 'Audit', description: 'What was changed, by whom and why.' },
      { name: 'Redemptions', description: 'Checking, redeeming, taking back.' },
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
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'counterfoil_session',
          description:
            'A person, signed in by POST /admin/v1/session. Changes need X-Counterfoil-Console: 1 too.',
        },
        bearer: { type: 'http', scheme: 'bearer', description: 'The same access token.' },
      },
    },
    security: credentialSchemes.map((scheme) => ({ [scheme]: [] })),
  },
}

/** The page at `/docs`, which loads everything from this server and may load nothing from elsewhere. */
export const referencePage: FastifySwaggerUiOptions = {
  routePrefix: '/docs',
  staticCSP:
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
  theme: {
    title: 'Counterfoil API',
    css: [{ filename: 'counterfoil.css', content: '.swagger-ui .topbar { display: none }' }],
    // Removes credentials that an earlier version stored there.
    js: [{ filename: 'counterfoil.js', content: "localStorage.removeItem('authorized')" }],
  },
  // Credentials stay in the memory of the page, so that later users of the browser cannot see them.
  uiConfig: { validatorUrl: 'none', displayRequestDuration: true, persistAuthorization: false },
}
