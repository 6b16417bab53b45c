import type { Pool } from 'pg'
import type { IdentityContext } from '../context.ts'

/** Any client can send proxy headers, so the number of recorded proxies is bounded. */
const maxToldByProcess = 10
const maxKept = 20
/** Number of days for which `doctor` reports a proxy. */
const toldDays = 7
/** Rows are deleted after this many days. */
export const proxiesKeptDays = 30

const noteSql = `
insert into noticed_proxies (address, noticed_at)
select $1, now() where exists (select from noticed_proxies where address = $1) or (select count(*) from noticed_proxies) < ${maxKept}
on conflict (address) do update set noticed_at = excluded.noticed_at`

/** Reports each unlisted proxy once per process lifetime: in the log, and to `doctor` through the database. */
export class NoticedProxies {
  readonly #known = new Set<string>()

  /** @param address of a proxy that is not listed in `TRUSTED_PROXIES`. */
  note({ database, log }: IdentityContext, address: string): void {
    if (this.#known.has(address) || this.#known.size >= maxToldByProcess) return
    this.#known.add(address)
    log.warn(
      { address },
      'requests are forwarded by a proxy that TRUSTED_PROXIES does not list: all callers behind it share one address, for limits and in the audit log',
    )
    // Only for doctor: requests neither wait for it nor fail because of it.
    database.pool.query(noteSql, [address]).catch((error: unknown) => {
      log.warn({ reason: (error as Error).message }, 'an unlisted proxy could not be recorded')
    })
  }
}

/** Proxies that servers have noticed recently. */
export async function readNoticedProxies(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ address: string }>(
    `select address from noticed_proxies where noticed_at > now() - make_interval(days => $1) order by address`,
    [toldDays],
  )
  return rows.map(({ address }) => address)
}
