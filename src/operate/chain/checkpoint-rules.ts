import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { OperatorError } from '../../values/errors.ts'

const format = 'counterfoil-checkpoint-1'

/** The state of a chain at a moment. */
export interface ChainState {
  /** The id of the organisation. */
  readonly organisation: number
  /** The id of the chain. */
  readonly chain: string
  /** Number of links. */
  readonly position: number
  /** The last linked event; 0: none. */
  readonly eventId: number
  /** The hash of the last link, in hexadecimal. */
  readonly hash: string
  /** ISO 8601, UTC, by the clock of the database. */
  readonly signedAt: string
}

export interface Checkpoint extends ChainState {
  readonly format: typeof format
  /** SPKI in base64: what is between the lines of a PEM file. */
  readonly publicKey: string
  /** Ed25519, in base64, of the values above from `format` to `signedAt`, each followed by a line feed. */
  readonly signature: string
}

const signedText = ({ organisation, chain, position, eventId, hash, signedAt }: ChainState): Buffer =>
  Buffer.from(
    [format, organisation, chain, position, eventId, hash, signedAt].map((one) => `${one}\n`).join(''),
  )

const spkiOf = (publicKey: KeyObject): Buffer => publicKey.export({ type: 'spki', format: 'der' })

/** The name of a key: 16 hexadecimal digits. */
export const nameOfPublicKey = (publicKey: KeyObject): string =>
  createHash('sha256').update(spkiOf(publicKey)).digest('hex').slice(0, 16)

/** Reads a private key as `checkpoint_keys` keeps it: PKCS #8 in base64. */
export const readPrivateKey = (base64: string): KeyObject =>
  createPrivateKey({ key: Buffer.from(base64, 'base64'), type: 'pkcs8', format: 'der' })

export const signCheckpoint = (state: ChainState, privateKey: KeyObject): Checkpoint => ({
  format,
  ...state,
  publicKey: spkiOf(createPublicKey(privateKey)).toString('base64'),
  signature: sign(null, signedText(state), privateKey).toString('base64'),
})

/** @returns whether one of these keys has signed it. The key that the checkpoint states proves nothing. */
export const isSignedBy = (checkpoint: Checkpoint, publicKeys: readonly KeyObject[]): boolean =>
  publicKeys.some((key) =>
    verify(null, signedText(checkpoint), key, Buffer.from(checkpoint.signature, 'base64')),
  )

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0
const isText = (value: unknown): boolean => typeof value === 'string'

/** What each field must be. */
const fields: Readonly<Record<keyof Checkpoint, (value: unknown) => boolean>> = {
  format: (value) => value === format,
  organisation: isCount,
  chain: (value) => isText(value) && /^[0-9a-f-]{36}$/.test(value as string),
  position: isCount,
  eventId: isCount,
  hash: (value) => isText(value) && /^[0-9a-f]{64}$/.test(value as string),
  signedAt: isText,
  publicKey: isText,
  signature: isText,
}

/** @param name of the file, for the error. @throws OperatorError if the text is not a checkpoint. */
export function readCheckpoint(name: string, text: string): Checkpoint {
  let read: Record<string, unknown>
  try {
    read = Object(JSON.parse(text)) as Record<string, unknown>
  } catch {
    throw new OperatorError(`${name} is not JSON: give a file that counterfoil checkpoint export wrote`)
  }
  const wrong = Object.entries(fields).find(([field, isValid]) => !isValid(read[field]))
  if (wrong !== undefined)
    throw new OperatorError(
      `${name} is not a checkpoint: its ${wrong[0]} is ${JSON.stringify(read[wrong[0]])}; give a file that counterfoil checkpoint export wrote`,
    )
  return read as unknown as Checkpoint
}
