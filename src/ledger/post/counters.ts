export type Counter = 'issued' | 'redeemed'

/** The columns of the counters, each with the instant of its last increase. */
const columnsOf = (counters: readonly Counter[]): string =>
  counters.flatMap((counter) => [counter, `last_${counter}_at`]).join(', ')

const raised = (counters: readonly Counter[], by: string): string =>
  counters
    .map(
      (counter) => `${counter} = u.${counter} + ${by}.${counter},
    last_${counter}_at = greatest(u.last_${counter}_at, ${by}.last_${counter}_at)`,
    )
    .join(', ')

/**
 * Increases the counters of series. @param sums rows with `series_id`, the counters, and the latest instant of each.
 */
export const raiseSeries = (counters: readonly Counter[], sums: string): string => `
  update series_usage u set ${raised(counters, 'd')}
  from (${sums}) d where u.org_id = $1 and u.series_id = d.series_id`

/** Increases the counters of customers in series, or creates them. @param sums as above, with `customer_id`. */
export const raiseCustomers = (counters: readonly Counter[], sums: string): string => `
  insert into customer_series_usage as u (org_id, customer_id, series_id, ${columnsOf(counters)})
  select $1, d.customer_id, d.series_id, ${columnsOf(counters)} from (${sums}) d order by d.customer_id, d.series_id
  on conflict (org_id, customer_id, series_id) do update set ${raised(counters, 'excluded')}`
