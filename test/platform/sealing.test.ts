import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { describe, expect, inject, test, vi } from 'vitest'
import { generateToken, verifyToken } from '../../src/identity/credentials/tokens.ts'
import { readConfig } from '../../src/platform/config.ts'
import { createContextOn, type Context } from '../../src/ledger/context.ts'
import { applicationName } from '../../src/platform/db/common-key.ts'
import { createPool } from '../../src/platform/db/database.ts'
import { nameOfKey, unseal } from '../../src/platform/db/sealed-text.ts'
import { loadSecretKeys, secretKeyFile } from '../../src/platform/db/secret-keys.ts'
import { readMissingKeys } from '../../src/operate/sealing/missing-keys.ts'
import { sealStored, startSealing } from '../../src/operate/sealing/seal-stored.ts'
import { rotateWebhookSecret } from '../../src/webhooks/change-webhook.ts'
import { createWebhook } from '../../src/webhooks/create-webhook.ts'
import { placeOf } from '../../src/webhooks/webhook.ts'
import { createTestDatabase, createTestOrganisation } from '../support/harness.ts'
import { cleanUpLater } from '../support/clean-up.ts'

const silent = pino({ level: 'silent' })
const anyKey = () => randomBytes(32)
const base64 = (...keys: Buffer[]) => keys.map((key) => key.toString('base64')).join(',')

/** A database with processes that have certain keys; `process` adds a process, until its `end`. */
async function installation(...keys: Buffer[]) {
  const database = await createTestDatabase(4, keys)
  const { rows } = await database.pool.query<{ name: string }>('select current_database() as name')
  const contextWith = (secretKeys: readonly Buffer[]): Context =>
    createContextOn(readConfig({ SECRET_KEYS: base64(...secretKeys) }), silent, database)
  const process = async (secretKeys: readonly Buffer[]) => {
    const { host, user } = inject('postgres')
    const name = { database: rows[0]?.name, application_name: applicationName(secretKeys) }
    const pool = createPool({ host, user, ...name }, 1, silent)
    await pool.query('select 1')
    let hasEnded = false
    const end = async () => {
      if (!hasEnded) await pool.end()
      hasEnded = true
    }
    cleanUpLater(end)
    return { end }
  }
  const context = contextWith(keys)
  const shop = await createTestOrganisation(context)
  const { pool, queries } = database
  return {
    context,
    contextWith,
    process,
    pool,
    shop,
    token: (by: Context = context) =>
      generateToken(by, shop.clientKey, shop.clientSecret, '192.0.2.1', () => {}).then(
        (one) => one.accessToken,
      ),
    webhook: (by: Context = context) =>
      createWebhook(
        { config: by.config, queries },
        shop.orgId,
        {
          name: randomBytes(6).toString('hex'),
          url: 'https://hooks.example.com/x',
          kinds: ['issued'],
          headers: { 'x-key': 'abc' },
          maxConnections: 1,
          identifiers: [],
          slaS: 60,
          isActive: true,
          tillId: null,
        },
        { url: 'url', headers: 'headers' },
      ),
    /** The names of the keys that encrypt the stored secrets. */
    sealedWith: async () => {
      const { rows: found } = await pool.query<{ name: string }>(
        `select distinct case when kept like 'sealed:%' then split_part(kept, ':', 2) else 'readable' end as name
         from (select secret as kept from webhooks union all select headers from webhooks
           union all select former_secret from webhooks where former_secret is not null
           union all select kept from sealed_token_keys union all select 'plain' from token_keys) k order by 1`,
      )
      return found.map(({ name }) => name)
    },
    secretOf: async (id: number, ...secretKeys: Buffer[]) => {
      const one = await pool.query<{ secret: string }>('select secret from webhooks where id = $1', [id])
      return unseal(secretKeys, placeOf('secret', shop.orgId, id), one.rows[0]?.secret ?? '')
    },
  }
}

const auditCount = async ({ pool }: Awaited<ReturnType<typeof installation>>) =>
  (await pool.query<{ n: number }>('select count(*)::int as n from audit_log')).rows[0]?.n

describe('secrets in the database', () => {
  test('that were readable are encrypted, and tokens and webhooks still work', async () => {
    const key = anyKey()
    const on = await installation(key)
    const before = on.contextWith([])
    const token = await on.token(before)
    const { webhook, secret } = await on.webhook(before)
    const rotated = await rotateWebhookSecret(
      { config: before.config, queries: on.context.database.queries },
      on.shop.orgId,
      webhook.id,
      24,
    )
    expect(await on.sealedWith()).toEqual(['readable'])
    const entries = await auditCount(on)
    expect(await sealStored(on.context)).toBe(2)
    expect(await on.sealedWith()).toEqual([nameOfKey(key)])
    expect(await on.secretOf(webhook.id, key)).toBe(rotated.secret)
    expect(rotated.secret).not.toBe(secret)
    await expect(verifyToken(on.contextWith([key]), token)).resolves.toMatchObject({ orgId: on.shop.orgId })
    expect(await sealStored(on.context)).toBe(0)
    expect(await auditCount(on)).toBe(entries)
    const dump = await on.pool.query<{ all: string }>(
      `select string_agg(w::text, '') || (select string_agg(k::text, '') from sealed_token_keys k) as all from webhooks w`,
    )
    expect(dump.rows[0]?.all).not.toMatch(/whsec_|plain:/)
  })

  test('that are new are encrypted at once', async () => {
    const key = anyKey()
    const on = await installation(key)
    await on.webhook()
    const token = await on.token()
    expect(await on.sealedWith()).toEqual([nameOfKey(key)])
    await expect(verifyToken(on.contextWith([key]), token)).resolves.toBeDefined()
  })

  test('stay readable only while a process without the key, or of the previous release, is running', async () => {
    const key = anyKey()
    const on = await installation(key)
    const older = await on.process([])
    await on.webhook()
    await on.token()
    expect(await sealStored(on.context)).toBe(0)
    expect(await on.sealedWith()).toEqual(['readable'])
    await older.end()
    await vi.waitFor(async () => expect(await sealStored(on.context)).toBe(2))
    expect(await on.sealedWith()).toEqual([nameOfKey(key)])
  })

  test('are encrypted with a new key when all processes have it', async () => {
    const [newer, older] = [anyKey(), anyKey()]
    const on = await installation(newer, older)
    const behind = await on.process([older])
    const { webhook, secret } = await on.webhook()
    const token = await on.token()
    expect(await on.sealedWith()).toEqual([nameOfKey(older)])
    expect(await sealStored(on.context)).toBe(0)
    await behind.end()
    await vi.waitFor(async () => expect(await sealStored(on.context)).toBe(2))
    expect(await on.sealedWith()).toEqual([nameOfKey(newer)])
    expect(await on.secretOf(webhook.id, newer)).toBe(secret)
    await expect(verifyToken(on.contextWith([newer]), token)).resolves.toBeDefined()
  })

  test('whose key is lost are reported once in the log and by readMissingKeys, and do not affect the others', async () => {
    const [key, lost] = [anyKey(), anyKey()]
    const on = await installation(key)
    const { webhook: broken } = await on.webhook(on.contextWith([]))
    const { webhook: sound } = await on.webhook(on.contextWith([]))
    const oldToken = await on.token()
    const name = nameOfKey(lost)
    await on.pool.query(`update webhooks set secret = 'sealed:${name}:AAAA' where id = $1`, [broken.id])
    await on.pool.query(`update sealed_token_keys set kept = 'sealed:${name}:AAAA'`)
    const lines: string[] = []
    const log = pino({}, new Writable({ write: (chunk, _, done) => (lines.push(String(chunk)), done()) }))
    const server = createContextOn(on.context.config, log, on.context.database)
    const stop = startSealing(server)
    await stop()
    expect(lines.filter((line) => line.includes(name))).toHaveLength(1)
    expect(await readMissingKeys(on.pool, [key])).toEqual([name])
    expect(await on.secretOf(sound.id, key)).toMatch(/^whsec_/)
    await expect(verifyToken(server, oldToken)).rejects.toMatchObject({ httpStatus: 401 })
    await expect(verifyToken(server, await on.token(server))).resolves.toBeDefined()
  })

  test('cannot be decrypted in another row', async () => {
    const key = anyKey()
    const on = await installation(key)
    const [{ webhook: one }, { webhook: other }] = [await on.webhook(), await on.webhook()]
    await on.pool.query(
      'update webhooks set secret = (select secret from webhooks where id = $1) where id = $2',
      [one.id, other.id],
    )
    await expect(on.secretOf(other.id, key)).rejects.toThrow(/authenticate/)
  })
})

describe('the key of an embedded database', () => {
  test('is created once, readable only for its owner, and is used after the stated keys', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'counterfoil-key-'))
    cleanUpLater(() => rm(dataDir, { recursive: true, force: true }))
    const config = readConfig({ DATA_DIR: dataDir })
    expect(await loadSecretKeys(config, false)).toEqual([])
    const made = await Promise.all(Array.from({ length: 20 }, () => loadSecretKeys(config, true)))
    const [[key = Buffer.alloc(0)] = []] = made
    expect(new Set(made.map((keys) => base64(...keys))).size).toBe(1)
    expect(key).toHaveLength(32)
    expect((await stat(secretKeyFile(dataDir))).mode & 0o777).toBe(0o600)
    expect(await readFile(secretKeyFile(dataDir), 'utf8')).toBe(`${base64(key)}\n`)
    const stated = anyKey()
    const both = readConfig({ DATA_DIR: dataDir, SECRET_KEYS: base64(stated) })
    expect(await loadSecretKeys(both, true)).toEqual([stated, key])
  })

  test('is created neither if keys are stated, nor for a PostgreSQL of your own', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'counterfoil-key-'))
    cleanUpLater(() => rm(dataDir, { recursive: true, force: true }))
    const key = anyKey()
    await loadSecretKeys(readConfig({ DATA_DIR: dataDir, WEBHOOK_KEYS: base64(key) }), true)
    await loadSecretKeys(readConfig({ DATA_DIR: dataDir, DATABASE_URL: 'postgres://u:p@db/x' }), true)
    await expect(stat(secretKeyFile(dataDir))).rejects.toThrow(/ENOENT/)
  })
})

test.each(['short', `${'A'.repeat(43)}=,short`, '!'.repeat(44), 'A'.repeat(44)])(
  'a key that does not have 32 bytes is refused at the start: %s',
  (SECRET_KEYS) => {
    expect(() => readConfig({ SECRET_KEYS })).toThrow(/SECRET_KEYS must contain keys of 32 bytes/)
  },
)
