import { InvalidArgumentError } from 'commander'
import { parseId } from '../values/ids.ts'

/** Parses an id from the command line. */
export function readId(text: string): number {
  const id = parseId(text)
  if (id === undefined) throw new InvalidArgumentError('It must be an id.')
  return id
}
