import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const plugin = 'scripts/lint/laws.js'

/** Lints a small project by the laws of this one. @returns the messages, each preceded by its file. */
async function lint(files: ReadonlyMap<string, string>): Promise<string[]> {
  const house = await mkdtemp(join(tmpdir(), 'counterfoil-laws-'))
  try {
    const rules = { 'laws/one-hand': 'error', 'laws/one-way': 'error' }
    const all = new Map(files)
    all.set('package.json', '{ "type": "module" }')
    all.set(
      '.oxlintrc.json',
      JSON.stringify({ jsPlugins: [`./${plugin}`], categories: { correctness: 'off' }, rules }),
    )
    for (const name of [plugin, ...all.keys()]) await mkdir(dirname(join(house, name)), { recursive: true })
    await copyFile(join(root, plugin), join(house, plugin))
    for (const [name, text] of all) await writeFile(join(house, name), text)
    const output = await new Promise<string>((resolve) => {
      const args = ['src', '--format', 'unix']
      execFile(join(root, 'node_modules/.bin/oxlint'), args, { cwd: house }, (_, out) => resolve(out))
    })
    return output.split('\n').filter((line) => line.startsWith('src/'))
  } finally {
    await rm(house, { recursive: true })
  }
}

const writing = [
  'export const sql = `insert into coupons (org_id) select $1`',
  "export const sql = 'INSERT  INTO redemptions (org_id) values ($1)'",
  'export const sql = `with x as (\n  insert into\n reversals (org_id) select $1)`',
  'export const sql = (kind) => `insert into events (org_id, kind) values ($1, ${kind})`',
  'export const sql = `update coupons c set redeemed = 1`',
  'export const sql = (n) => `update series_usage set issued = ${n}`',
  'export const sql = `update customer_series_usage u set redeemed = 0`',
  "export const sql = 'delete from redemptions'",
  'export const sql = `insert into budget_usage as u (org_id) values ($1)`',
  "export const run = (queries) => queries.insertInto('events').execute()",
  "export const run = (queries) => queries.updateTable('series_usage').execute()",
]
const harmless = [
  'export const sql = `select from coupons c for update`',
  'export const sql = `insert into code_batches (org_id) values ($1)`',
  'export const sql = `update coupons_of_old set n = 1`',
  "export const run = (queries) => queries.insertInto('webhook_messages').execute()",
]
const named = (folder: string, texts: readonly string[], ending = '.ts') =>
  texts.map((text, at) => [`src/${folder}/w${at}${ending}`, text] as const)

test('a statement that writes the ledger is refused everywhere except in ledger/post, and no other statement is', async () => {
  const refused = ['bulk/rows', 'ledger/coupons', 'webhooks'].flatMap((folder) => named(folder, writing))
  const allowed = [
    ...named('ledger/post', writing),
    ...named('ledger/tests', writing, '.test.ts'),
    ...named('operate', harmless),
  ]
  const messages = await lint(new Map([...refused, ...allowed]))
  const files = messages.map((message) => message.split(':')[0])
  expect(files).toHaveLength(refused.length)
  expect(new Set(files)).toEqual(new Set(refused.map(([file]) => file)))
  for (const message of messages) expect(message).toContain('Only ledger/post/ writes the ledger')
})

test('a room may import from the rooms below it and not from those above', async () => {
  const text = "export { x } from '../../http/x.ts'"
  const messages = await lint(new Map(['ledger/coupons', 'api/v2'].flatMap((room) => named(room, [text]))))
  expect(messages).toEqual([expect.stringMatching(/^src\/ledger\/coupons\/w0\.ts.*imports run downward/)])
})
