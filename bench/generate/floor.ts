import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../../src/platform/db/database.ts'
import { codeGenerator } from '../../src/ledger/coupons/generate-code.ts'
import type { CodeForm } from '../../src/values/code-form.ts'

/**
 * COPY of the same rows into the same table, by PostgreSQL itself from a file: no client, no protocol, no check for
 * existing codes. @returns rows per second; drawing the codes and writing the file are not timed.
 */
export async function copyFloor(
  { pool }: Database,
  orgId: number,
  seriesId: number,
  form: CodeForm,
  count: number,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'counterfoil-bench-'))
  try {
    // PostgreSQL may run as another account.
    await chmod(folder, 0o755)
    const file = join(folder, 'codes')
    const generate = codeGenerator(form)
    const row = () => `${orgId}\t${seriesId}\t0\t2026-01-01 00:00:00Z\t2099-12-31 23:59:59Z\t${generate()}\n`
    await writeFile(file, Array.from({ length: count }, row).join(''))
    await pool.query('checkpoint')
    const startedAt = performance.now()
    await pool.query(
      `copy coupons (org_id, series_id, batch_id, created_at, valid_until, code) from '${file}'`,
    )
    return count / ((performance.now() - startedAt) / 1000)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
