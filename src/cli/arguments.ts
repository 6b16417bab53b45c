import { InvalidArgumentError } from 'commander'
import { parseId } from '../values/ids.ts'

/** A parser of whole numbers in a range, for an option. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (number >= least && number <= most) return number
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
  }
}

/** Parses an id from the command line. */
export function readId(text: string): number {
  const id = parseId(text)
  if (id === undefined) throw new InvalidArgumentError('It must be an id.')
  return id
}
