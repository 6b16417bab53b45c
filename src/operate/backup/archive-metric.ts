import { Gauge, type Registry } from 'prom-client'
import type { Config } from '../../platform/config.ts'
import { readWalArchive } from '../../platform/embedded-postgres/wal-archive.ts'
import { listSegments } from './list-segments.ts'

/** An archive may have many thousands of files: they are counted at most this often. */
const keptMs = 60_000

/** `counterfoil_wal_archive_bytes`, if the embedded database archives its log; no sample otherwise. */
export function measureArchive(registry: Registry, { isEmbedded, dataDir }: Config): void {
  if (!isEmbedded) return
  let measuredAt = Number.NEGATIVE_INFINITY
  new Gauge({
    name: 'counterfoil_wal_archive_bytes',
    help: 'Size of the archive of the write-ahead log of the embedded database.',
    registers: [registry],
    async collect() {
      if (performance.now() - measuredAt < keptMs) return
      measuredAt = performance.now()
      this.reset()
      this.remove()
      const bytes = await sizeOf(dataDir).catch(() => undefined)
      if (bytes !== undefined) this.set(bytes)
    },
  })
}

async function sizeOf(dataDir: string): Promise<number | undefined> {
  const archive = await readWalArchive(dataDir)
  if (archive === undefined) return undefined
  return (await listSegments(archive)).reduce((sum, { bytes }) => sum + bytes, 0)
}
