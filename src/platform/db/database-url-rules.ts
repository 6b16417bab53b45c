/** What an address of the database says. */
export interface DatabaseUrl {
  /** One address for each host, in the given order, without parameters that node-postgres does not know. */
  readonly urls: readonly string[]
  /** Only a server that accepts writes will do. */
  readonly needsWrites: boolean
}

/** The text in front of the hosts, the hosts, the path, the parameters. */
const shape = /^(postgres(?:ql)?:\/\/(?:[^@/?]*@)?)([^/?@]*)(\/[^?]*)?(?:\?(.*))?$/

const sessionKinds = new Set(['any', 'read-write', 'primary'])

/**
 * Reads an address with one host or several, `postgresql://user:password@a:5432,b:5432/database`. Of several hosts the
 * first that accepts writes is used, as `target_session_attrs=read-write` demands of a single host too.
 *
 * @returns undefined: it has another form, or demands a standby. Pure.
 */
export function readDatabaseUrl(given: string): DatabaseUrl | undefined {
  const [, start, hosts, path = '', query = ''] = shape.exec(given) ?? []
  if (start === undefined || hosts === undefined) return undefined
  const parameters = new URLSearchParams(query)
  const demanded = parameters.get('target_session_attrs') ?? 'any'
  if (!sessionKinds.has(demanded)) return undefined
  parameters.delete('target_session_attrs')
  const rest = parameters.size === 0 ? '' : `?${parameters.toString()}`
  const urls = hosts.split(',').map((host) => `${start}${host}${path}${rest}`)
  // A list with an empty place is a slip of the pen.
  if (!urls.every((url) => URL.canParse(url)) || (urls.length > 1 && hosts.split(',').includes('')))
    return undefined
  return { urls, needsWrites: urls.length > 1 || demanded !== 'any' }
}
