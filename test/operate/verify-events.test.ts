import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Checkpoint } from '../../src/operate/chain/checkpoint-rules.ts'
import { openChain, verifyFiles, writeEvents } from '../support/chain-cases.ts'
import { createTestContext } from '../support/harness.ts'

const context = await createTestContext({ env: { SECRET_KEYS: randomBytes(32).toString('base64') } })

const chain = await openChain(context, 9)
const lines = await chain.lines()
const key = await chain.publicKey()
const { first: checkpoint, orgId, ids } = chain

const verified = `Verified: positions 1 to 9 of the chain of organisation ${orgId}, as signed at ${checkpoint.signedAt}`
const at = (position: number): string => lines[position - 1] ?? ''

describe('the stand-alone verification', () => {
  test('accepts exported events without the database', async () => {
    expect(await verifyFiles({ lines, key, checkpoint })).toEqual({ code: 0, said: verified })
  })

  test('says which events a checkpoint does not cover', async () => {
    const longer = await openChain(context, 3)
    await writeEvents(context, longer.orgId, 2)
    await longer.checkpoint()
    const { said } = await verifyFiles({
      lines: await longer.lines(),
      key: await longer.publicKey(),
      checkpoint: longer.first,
    })
    expect(said).toContain('Verified: positions 1 to 3 ')
    expect(said).toContain('Not signed by this checkpoint: positions 4 to 5')
  })

  test('verifies what came after an earlier checkpoint on its own', async () => {
    const longer = await openChain(context, 3)
    await writeEvents(context, longer.orgId, 2)
    const later = await longer.checkpoint()
    const since = { key: await longer.publicKey(), checkpoint: later, from: longer.first }
    const added = await longer.lines({ after: 3 })
    expect(await verifyFiles({ ...since, lines: added })).toMatchObject({
      code: 0,
      said: expect.stringContaining('positions 4 to 5'),
    })
    expect(await verifyFiles({ ...since, lines: added.slice(1) })).toMatchObject({
      code: 1,
      said: expect.stringContaining('position 4 of the chain is missing'),
    })
  })

  test.each<[string, readonly string[], string]>([
    [
      'a changed event',
      lines.with(4, at(5).replace('"tillId":7', '"tillId":8')),
      `the event at position 5 (event ${ids[4]}) was changed, or the hash at position 6 that names it`,
    ],
    [
      'a changed last event',
      lines.with(8, at(9).replace('"tillId":7', '"tillId":8')),
      'the chain does not lead to the checkpoint at position 9: this event was changed, or the chain was rewritten',
    ],
    [
      'a removed event',
      lines.toSpliced(4, 1),
      'position 5 of the chain is missing before line 5: events were removed or reordered',
    ],
    [
      'an inserted event',
      lines.toSpliced(4, 0, at(3)),
      'line 5 has position 3 where position 5 should be: events were reordered or inserted',
    ],
    [
      'reordered events',
      [...lines.slice(0, 3), at(5), at(4), ...lines.slice(5)],
      'position 4 of the chain is missing before line 4: events were removed or reordered',
    ],
    [
      'reordered events that were given new positions',
      [
        ...lines.slice(0, 3),
        at(5).replace('"position":5', '"position":4'),
        at(4).replace('"position":4', '"position":5'),
        ...lines.slice(5),
      ],
      `the event at position 3 (event ${ids[2]}) was changed, or the hash at position 4 that names it`,
    ],
    [
      'an end that was cut off',
      lines.slice(0, 7),
      'the file ends at position 7, the checkpoint is of position 9: the events were cut short',
    ],
    [
      'an end that was cut off in the middle of a line',
      [...lines.slice(0, 8), at(9).slice(0, 90)],
      'line 9 is not an event: the file was changed',
    ],
    [
      'an empty file',
      [],
      'the file ends at position 0, the checkpoint is of position 9: the events were cut short',
    ],
  ])('finds %s', async (_, given, said) => {
    expect(await verifyFiles({ lines: given, key, checkpoint })).toEqual({
      code: 1,
      said: `NOT VERIFIED: ${said}`,
    })
  })

  test('finds events of another chain that has the same positions', async () => {
    const other = await openChain(context, 9)
    expect(await verifyFiles({ lines: await other.lines(), key, checkpoint })).toEqual({
      code: 1,
      said: 'NOT VERIFIED: the event at position 1 does not continue the beginning of the chain: it was changed, or the file is of another chain',
    })
  })

  test.each<[string, Partial<Record<keyof Checkpoint, string | number>>]>([
    ['position', { position: 7 }],
    ['hash', { hash: '0'.repeat(64) }],
    ['last event', { eventId: 1 }],
    ['time', { signedAt: '2020-01-01T00:00:00.000Z' }],
    ['chain', { chain: '00000000-0000-4000-8000-000000000000' }],
    ['signature', { signature: '' }],
  ])('finds a checkpoint with a forged %s', async (_, forged) => {
    const given = { ...checkpoint, ...forged } as Checkpoint
    expect(await verifyFiles({ lines, key, checkpoint: given })).toEqual({
      code: 1,
      said: 'NOT VERIFIED: checkpoint.json is forged or altered: the key has not signed it',
    })
  })

  test('finds a checkpoint that another key has signed, whichever key the checkpoint states', async () => {
    const forger = await openChain(context, 9)
    expect(await verifyFiles({ lines: await forger.lines(), key, checkpoint: forger.first })).toMatchObject({
      code: 1,
      said: expect.stringContaining('the key has not signed it'),
    })
  })

  test.each<[string, { key?: string; checkpoint?: Checkpoint }, string]>([
    ['a key that is none', { key: 'x' }, 'key.pem is not a public key of Ed25519 in PEM'],
    [
      'a checkpoint that is none',
      { checkpoint: {} as Checkpoint },
      'checkpoint.json is not a checkpoint: its format should be counterfoil-checkpoint-1',
    ],
  ])('refuses %s', async (_, given, said) => {
    expect(await verifyFiles({ lines, key, checkpoint, ...given })).toEqual({
      code: 2,
      said: `counterfoil-verify-events: ${said}`,
    })
  })
})
