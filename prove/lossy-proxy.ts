import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net'
import type { ProofDatabase } from './database.ts'
import type { Random } from './random.ts'

const commit = Buffer.from('commit\0')

/**
 * A proxy between a server process and its database that occasionally loses the answer to a commit: the effects are on
 * disk and the connection is gone, the one failure whose outcome a server cannot know.
 */
export class LossyProxy {
  /** Share of commits whose answer is lost, 0 to 1. */
  lossRate = 0
  lost = 0
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor(database: ProofDatabase, random: Random) {
    this.#server = createServer((client) => {
      const upstream = connect(database.address)
      let losesNextAnswer = false
      const end = (): void => {
        client.destroy()
        upstream.destroy()
      }
      for (const socket of [client, upstream]) {
        this.#sockets.add(socket)
        socket.on('error', end)
        socket.on('close', () => {
          this.#sockets.delete(socket)
          end()
        })
      }
      client.on('data', (chunk) => {
        losesNextAnswer ||= this.lossRate > 0 && chunk.includes(commit) && random.chance(this.lossRate)
        upstream.write(chunk)
      })
      upstream.on('data', (chunk) => {
        if (losesNextAnswer) {
          this.lost += 1
          end()
        } else client.write(chunk)
      })
    })
  }

  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(0, '127.0.0.1', () => resolve((this.#server.address() as AddressInfo).port))
    })
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }
}
