import { createRequire } from 'node:module'

const about = createRequire(import.meta.url)('../../package.json') as { readonly version: string }

/** Of the package. */
export const version = about.version
