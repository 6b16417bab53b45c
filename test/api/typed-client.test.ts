import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openShop } from '../support/write-cases.ts'

interface Shown {
  readonly code: string
  readonly bills: readonly string[]
}

/** The result of `typed-client/till-day.ts`, which compiles only next to the client. */
interface TillDay {
  readonly afterIssue: readonly Shown[]
  readonly afterSale: readonly Shown[]
  readonly afterBill: readonly Shown[]
  readonly afterCancel: readonly Shown[]
  readonly atTheEnd: readonly Shown[]
  readonly codes: readonly number[]
}

const run = promisify(execFile)
const pathOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const program = (name: string): string => pathOf(`../../node_modules/${name}`)
const generated = pathOf('../typed-client/client.gen.ts')
const document = pathOf('../typed-client/openapi.gen.json')

const context = await createTestContext()
const app = await createTestServer(context)

test('a client that a standard generator makes of the OpenAPI document compiles and plays a day at a till', async () => {
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  const { authorization, expectLedgerAdds } = await openShop(context, app)
  const answer = await fetch(`${origin}/openapi.json`)
  await writeFile(document, await answer.text())
  try {
    await run(process.execPath, [
      program('oazapfts/dist/cli.js'),
      '--optimistic',
      '--useUnknown',
      document,
      generated,
    ])
    const compiled = await run(program('.bin/tsc'), ['-p', pathOf('../typed-client/tsconfig.json')]).catch(
      ({ stdout }: { stdout: string }) => ({ stdout }),
    )
    expect(compiled.stdout).toBe('')

    const path = '../typed-client/till-day.ts'
    const { playTillDay } = (await import(path)) as {
      readonly playTillDay: (origin: string, authorization: string, mobile: string) => Promise<TillDay>
    }
    const day = await playTillDay(origin, authorization, '919400488267')
    const bills = (shown: readonly Shown[]) => shown.map((one) => one.bills)
    expect(new Set(day.afterIssue.map(({ code }) => code)).size).toBe(3)
    expect(bills(day.afterIssue)).toEqual([[], [], []])
    expect(bills(day.afterSale).flat()).toEqual(['bill-110', 'bill-110'])
    expect(bills(day.afterBill).flat().toSorted()).toEqual(['bill-110', 'printed-7'])
    expect(bills(day.afterCancel)).toEqual([[], [], []])
    expect(bills(day.atTheEnd)).toEqual([[], []])
    expect(day.codes).toEqual([700, 711, 702, 660])
    await expectLedgerAdds()
  } finally {
    await Promise.all([generated, document].map((file) => rm(file, { force: true })))
  }
}, 120_000)
