// Orders in files, one each. A shop has a database for this; what matters is that an order is on disk before the request that
// depends on it is sent, so that a shop that is killed goes on from there.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'

export function openOrders(folder) {
  mkdirSync(folder, { recursive: true })
  const orders = new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
      .map((order) => [order.id, order]),
  )
  const busy = new Set()
  return {
    get: (id) => orders.get(id),
    all: () => [...orders.values()],

    /** Returns when the order is on disk. The file is replaced in one step: a reader never finds half an order. */
    async save(order) {
      const file = join(folder, `${order.id}.json`)
      const draft = await open(`${file}.part`, 'w', 0o600)
      try {
        await draft.writeFile(JSON.stringify(order))
        await draft.sync()
      } finally {
        await draft.close()
      }
      await rename(`${file}.part`, file)
      orders.set(order.id, order)
    },

    /** Runs one thing at a time on an order. @returns undefined if something else is under way. */
    async alone(id, work) {
      if (busy.has(id)) return undefined
      busy.add(id)
      try {
        return await work()
      } finally {
        busy.delete(id)
      }
    },
  }
}
