import { createHmac } from 'node:crypto'
import { OperatorError } from '../../values/errors.ts'

/** Hashes a value, so that equal values are recognisable and none is readable. */
export type HashValue = (value: string) => string

const shownDigits = 12

/**
 * The keyed hash for examples. The key is derived from the key that encrypts secrets, which is not in the database.
 *
 * @throws OperatorError without such a key: a mobile number has too few digits for a hash without one.
 */
export function createHash(keys: readonly Buffer[]): HashValue {
  const [key] = keys
  if (key === undefined)
    throw new OperatorError(
      'shadow mode records differences with hashed examples, for which it needs a key: set SECRET_KEYS (openssl rand -base64 32)',
    )
  const own = createHmac('sha256', key).update('counterfoil shadow examples').digest()
  return (value) => `#${createHmac('sha256', own).update(value).digest('hex').slice(0, shownDigits)}`
}
