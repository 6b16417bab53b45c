import { randomBytes, randomUUID } from 'node:crypto'
import { errors } from 'jose'
import type { IdentityContext } from '../context.ts'
import { commonKey } from '../../platform/db/common-key.ts'
import { seal, unseal } from '../../platform/db/sealed-text.ts'

/** A key signs for a day and is retained until the longest-lived token signed with it has expired. */
const signingLifeS = 86_400
const longestTokenS = 3_600

interface SigningKey {
  readonly kid: string
  readonly secret: Buffer
}

const placeOf = (kid: string): string => `token_keys.secret ${kid}`

/** How a token key is stored in `sealed_token_keys`. */
export const sealedTokenKey = {
  seal: (key: Buffer, kid: string, secret: Buffer): string =>
    seal(key, placeOf(kid), secret.toString('base64')),
  /** @throws OperatorError if its encryption key is not among those given. */
  open: (keys: readonly Buffer[], kid: string, kept: string): Buffer =>
    Buffer.from(unseal(keys, placeOf(kid), kept), 'base64'),
}

interface KeptKey {
  readonly kid: string
  readonly secret: Buffer | null
  readonly kept: string | null
}

/** @returns undefined if its encryption key is lost: its tokens are then rejected, and clients request new ones. */
function openKey(keys: readonly Buffer[], { kid, secret, kept }: KeptKey): SigningKey | undefined {
  if (secret !== null) return { kid, secret }
  try {
    return { kid, secret: sealedTokenKey.open(keys, kid, kept ?? '') }
  } catch {
    return undefined
  }
}

const newestClearSql = `
select kid, secret, null as kept from token_keys
where created_at > now() - make_interval(secs => $1) order by created_at desc`
const newestSealedSql = `
select kid, null as secret, kept from sealed_token_keys
where created_at > now() - make_interval(secs => $1) order by created_at desc`

/**
 * Returns the newest key, or a new one if that has signed for a day. Keys are in the database, so every process has the
 * same ones. While a process of the previous release is connected, or one that lacks a key of the others, tokens are
 * signed with an unencrypted key, so that it can verify them.
 */
async function currentTokenKey({
  config,
  database: { pool, queries },
}: IdentityContext): Promise<SigningKey> {
  const sealWith = await commonKey(queries, config.secrets.keys)
  const { rows } = await pool.query<KeptKey>(sealWith ? newestSealedSql : newestClearSql, [signingLifeS])
  for (const row of rows) {
    const key = openKey(config.secrets.keys, row)
    if (key !== undefined) return key
  }
  const key: SigningKey = { kid: randomUUID(), secret: randomBytes(32) }
  if (sealWith === undefined)
    await pool.query('insert into token_keys (kid, secret) values ($1, $2)', [key.kid, key.secret])
  else
    await pool.query('insert into sealed_token_keys (kid, kept) values ($1, $2)', [
      key.kid,
      sealedTokenKey.seal(sealWith, key.kid, key.secret),
    ])
  for (const table of ['token_keys', 'sealed_token_keys'])
    await pool.query(`delete from ${table} where created_at < now() - make_interval(secs => $1)`, [
      signingLifeS + longestTokenS,
    ])
  return key
}

async function findTokenKey(
  { config, database: { pool } }: IdentityContext,
  kid: string,
): Promise<Buffer | undefined> {
  const { rows } = await pool.query<KeptKey>(
    `select kid, secret, null as kept from token_keys where kid = $1
     union all select kid, null, kept from sealed_token_keys where kid = $1`,
    [kid],
  )
  return rows[0] && openKey(config.secrets.keys, rows[0])?.secret
}

/** The key with which this process signs; looked up once a minute. */
export const rememberedTokenKey = (context: IdentityContext): Promise<SigningKey> =>
  context.tokenKeys.current.get('current', () => currentTokenKey(context))

/** The key that the header of a token names. @throws JWKSNoMatchingKey if there is none. */
export async function namedTokenKey(context: IdentityContext, kid = ''): Promise<Buffer> {
  // Only a syntactically valid key name is looked up.
  const secret = /^[\w-]{1,64}$/.test(kid)
    ? await context.tokenKeys.byKid.get(kid, () => findTokenKey(context, kid))
    : undefined
  if (secret === undefined) throw new errors.JWKSNoMatchingKey()
  return secret
}
