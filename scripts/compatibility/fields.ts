/** A field and its inner fields; undefined: it is a value. */
export interface FieldTree {
  readonly [name: string]: FieldTree | undefined
}

/** Parses the notation of `compatibility/contract.ts`. @throws if braces do not match. */
export function parseFields(text: string): FieldTree {
  const tokens = text.match(/[{}]|[^\s{}]+/g) ?? []
  let at = 0
  const readLevel = (isInner: boolean): FieldTree => {
    const level: Record<string, FieldTree | undefined> = {}
    let last: string | undefined
    for (; at < tokens.length; at++) {
      const token = tokens[at] as string
      if (token === '}') {
        if (!isInner) throw new Error(`a brace too many in: ${text}`)
        return level
      }
      if (token === '{') {
        if (last === undefined) throw new Error(`a brace without a name in: ${text}`)
        at++
        level[last] = readLevel(true)
        last = undefined
      } else {
        level[token] = undefined
        last = token
      }
    }
    if (isInner) throw new Error(`a brace is not closed in: ${text}`)
    return level
  }
  return readLevel(false)
}

/** Paths of all values, such as `entity.pagination.limit`. */
export function leavesOf(tree: FieldTree, before = ''): string[] {
  return Object.entries(tree).flatMap(([name, inner]) =>
    inner === undefined ? [before + name] : leavesOf(inner, `${before}${name}.`),
  )
}

/** Whether the tree has the path. A star in it matches every name. */
export function hasPath(tree: FieldTree, path: string): boolean {
  let level: FieldTree | undefined = tree
  for (const name of path.split('.')) {
    if (level === undefined) return false
    if (Object.hasOwn(level, name)) level = level[name]
    else if ('*' in level) level = level['*']
    else return false
  }
  return true
}

/** Paths of the values in JSON, without list indexes. */
export function pathsOf(json: unknown, before = ''): string[] {
  if (Array.isArray(json)) return [...new Set(json.flatMap((one) => pathsOf(one, before)))]
  if (typeof json !== 'object' || json === null || Object.keys(json).length === 0)
    return before === '' ? [] : [before]
  return Object.entries(json).flatMap(([name, inner]) =>
    pathsOf(inner, before === '' ? name : `${before}.${name}`),
  )
}
