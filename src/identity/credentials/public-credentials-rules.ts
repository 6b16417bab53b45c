import { roles } from './roles.ts'
import { md5Hex, sentMd5 } from './secrets.ts'

/** The credentials of the demo. Its documentation publishes them. */
export const publicCredentials = {
  tills: { writer: 'demo.till', reader: 'demo.reader', typed: 'demo.typed' },
  /** Of the tills and of the people. */
  password: 'demo',
  client: { key: 'demo-key', secret: 'demo-secret' },
  people: roles.map((role) => ({ role, email: `${role}@example.com` })),
} as const

const { tills, password, client, people } = publicCredentials
const tillCodes = new Set<string>(Object.values(tills))
const emails = new Set<string>(people.map(({ email }) => email))

/** @param sent the password or its MD5, as given after the code in a Basic header. */
export const isPublicTill = (code: string, sent: string): boolean =>
  tillCodes.has(code) && (sent === password || sentMd5(sent) === md5Hex(password))

export const isPublicClient = (key: string, secret: string): boolean =>
  key === client.key && secret === client.secret

/** @param email in the form used for comparison. */
export const isPublicPerson = (email: string, given: string): boolean =>
  emails.has(email) && given === password
