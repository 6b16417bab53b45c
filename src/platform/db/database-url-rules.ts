/** The contents of a database address. */
export interface DatabaseUrl {
  /** One address for each host, in the given order, without parameters that node-postgres does not know. */
  readonly urls: readonly string[]
  /** Only a server that accepts writes may be used. */
  readonly needsWrites: boolean
}

/** The text in front of the hosts, the hosts, the path, the parameters. */
const shape = /^(postgres(?:ql)?:\/\/(?:[^@/?]*@)?)([^/?@]*)(\/[^?]*)?(?:\?(.*))?$/

const sessionKinds = new Set(['any', 'read-write', 'primary'])

/**
 * Parses an address with one host or several, `postgresql://user:password@a:5432,b:5432/database`. Of several hosts the
 * first that accepts writes is used; `target_session_attrs=read-write` requires the same of a single host.
 *
 * @returns undefined: it has another form, or requires a standby. Pure.
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
  // An empty place in a list of hosts is a mistake.
  if (!urls.every((url) => URL.canParse(url)) || (urls.length > 1 && hosts.split(',').includes('')))
    return undefined
  return { urls, needsWrites: urls.length > 1 || demanded !== 'any' }
}
