import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster } from './cluster.ts'
import type { Findings } from './findings.ts'
import type { Random } from './random.ts'

export type Kill =
  | 'a server process'
  | 'all server processes'
  | 'a PostgreSQL backend'
  | 'the PostgreSQL postmaster'
  | 'commit answers lost'

const startTimeoutMs = 60_000
const lossRate = 0.1

/** Sends SIGKILL to processes that this run has started, by their process ids, until the time is up. */
export class Chaos {
  readonly #weights: Readonly<Partial<Record<Kill, number>>>
  readonly #cluster: Cluster
  readonly #random: Random
  readonly #findings: Findings

  /** @param only excludes all other kinds. */
  constructor(cluster: Cluster, random: Random, findings: Findings, only?: Kill) {
    const all: Record<Kill, number> = {
      'a server process': 4,
      'all server processes': 1,
      'commit answers lost': 3,
      // Only an embedded PostgreSQL may be killed.
      'a PostgreSQL backend': cluster.database.isEmbedded ? 3 : 0,
      'the PostgreSQL postmaster': cluster.database.isEmbedded ? 2 : 0,
    }
    this.#weights = only === undefined ? all : { [only]: 1 }
    this.#cluster = cluster
    this.#random = random
    this.#findings = findings
  }

  async run(untilMs: number): Promise<void> {
    const { proxy } = this.#cluster
    while (Date.now() < untilMs) {
      await sleep(this.#random.int(150, 900))
      if (Date.now() >= untilMs) break
      const kill = this.#random.weighted<Kill>(this.#weights)
      await this.#kill(kill)
      proxy.lossRate = 0
    }
  }

  async #kill(kill: Kill): Promise<void> {
    const { database, servers, proxy } = this.#cluster
    const random = this.#random
    switch (kill) {
      case 'a server process': {
        this.#count(kill)
        const server = random.pick(servers)
        server.kill()
        await sleep(random.int(0, 200))
        server.start()
        return
      }
      case 'all server processes':
        this.#count(kill)
        for (const server of servers) server.kill()
        await sleep(random.int(0, 200))
        for (const server of servers) server.start()
        return this.allReady()
      case 'a PostgreSQL backend': {
        const pids = await database.backendPids()
        if (pids.length > 0) this.#killProcess(kill, random.pick(pids))
        if (random.chance(0.8)) await database.query('select 1')
        return
      }
      case 'the PostgreSQL postmaster':
        this.#killProcess(kill, await database.postmasterPid())
        // In most cases it may recover before the next kill.
        if (random.chance(0.8)) await database.query('select 1')
        return
      case 'commit answers lost': {
        const before = proxy.lost
        proxy.lossRate = lossRate * random.int(1, 5)
        await sleep(random.int(300, 900))
        this.#findings.count(`killed: ${kill}`, proxy.lost - before)
      }
    }
  }

  #count(kill: Kill): void {
    this.#findings.count(`killed: ${kill}`)
  }

  #killProcess(kill: Kill, pid: number | undefined): void {
    if (pid === undefined) return
    try {
      process.kill(pid, 'SIGKILL')
      this.#count(kill)
    } catch {
      // It has exited since it was looked up.
    }
  }

  /** Waits until every server answers again; one that does not recover is a finding. */
  async allReady(): Promise<void> {
    const giveUpAt = Date.now() + startTimeoutMs
    for (const server of this.#cluster.servers) {
      let isReady = await server.waitReady()
      while (!isReady && Date.now() < giveUpAt) {
        if (!server.isRunning) server.start()
        isReady = await server.waitReady()
      }
      this.#findings.expect(isReady, 'a server comes back', () => `${server.name}: ${server.lastWords()}`)
    }
  }
}
