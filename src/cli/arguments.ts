import { InvalidArgumentError } from 'commander'
import { isId } from '../values/ids.ts'

/** An id as it stands on the command line. */
export function readId(text: string): number {
  const id = /^\d{1,16}$/.test(text) ? Number(text) : undefined
  if (!isId(id)) throw new InvalidArgumentError('It must be an id.')
  return id
}
