import { parametersOf } from '../query-parameters.ts'

/** The subjects that a request names, as texts in the form in which they were sent. */
export interface Subjects {
  /** Mobile numbers, e-mail addresses and external ids, mixed. */
  readonly identifiers: readonly string[]
  /** Ids of customers or coupons, which a request does not always distinguish. */
  readonly ids: readonly number[]
  readonly codes: readonly string[]
  readonly redemptionIds: readonly number[]
}

const maxSubjects = 500
const maxDepth = 32

/** Kinds of subjects by the names of fields and parameters, in lower case and without underscores. */
const kinds: Readonly<Record<string, keyof Subjects>> = {
  mobile: 'identifiers',
  email: 'identifiers',
  externalid: 'identifiers',
  identifiervalue: 'identifiers',
  value: 'identifiers',
  id: 'ids',
  userid: 'ids',
  customerid: 'ids',
  couponid: 'ids',
  couponids: 'ids',
  code: 'codes',
  codes: 'codes',
  couponcode: 'codes',
  couponcodes: 'codes',
  redemptionid: 'redemptionIds',
  redemptionids: 'redemptionIds',
}

const kindOf = (name: string): keyof Subjects | undefined => kinds[name.toLowerCase().replaceAll('_', '')]

/** Ids as text or number; other values are ignored. */
const idOf = (text: string): number[] => (/^\d{1,15}$/.test(text) ? [Number(text)] : [])

class Collector {
  readonly found = {
    identifiers: [] as string[],
    ids: [] as number[],
    codes: [] as string[],
    redemptionIds: [] as number[],
  }
  #count = 0

  /** @param within the name of the object or list that contains the value. */
  collect(value: unknown, kind: keyof Subjects | undefined, depth: number, within = ''): void {
    if (depth > maxDepth || this.#count >= maxSubjects) return
    if (Array.isArray(value)) for (const one of value) this.collect(one, kind, depth + 1, within)
    else if (typeof value === 'object' && value !== null)
      for (const [name, one] of Object.entries(value)) {
        const isRedemption = within === 'redemptions' && name === 'id'
        this.collect(one, isRedemption ? 'redemptionIds' : kindOf(name), depth + 1, name)
      }
    else if (kind !== undefined && (typeof value === 'string' || typeof value === 'number'))
      this.#add(kind, String(value))
  }

  /** A parameter may have several values, separated by commas. */
  #add(kind: keyof Subjects, text: string): void {
    this.#count += 1
    if (kind === 'identifiers') this.found.identifiers.push(text)
    for (const part of text.split(',').map((one) => one.trim())) {
      if (kind === 'codes') this.found.codes.push(part)
      else if (kind !== 'identifiers') this.found[kind].push(...idOf(part))
    }
  }
}

/**
 * Collects the customers and coupons that a request names in its query, path and body. Finding too many is harmless,
 * since unknown ones are ignored.
 *
 * @param url with the query as it was sent.
 */
export function subjectsOf(url: string, body: unknown): Subjects {
  const [path = ''] = url.split('?', 1)
  const collector = new Collector()
  for (const [name, value] of parametersOf(url)) collector.collect(value, kindOf(name), 0)
  for (const segment of path.split('/')) if (/^\d+$/.test(segment)) collector.collect(segment, 'ids', 0)
  collector.collect(body, undefined, 0)
  return collector.found
}
