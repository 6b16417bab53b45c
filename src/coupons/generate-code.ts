import { randomInt } from 'node:crypto'
import type { IssueTerms } from './issue-rules.ts'

const digits = '0123456789'
const alphanumeric = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'

type CodeShape = Pick<IssueTerms, 'codeLength' | 'isCodeAlphanumeric' | 'codePrefix' | 'codeSuffix'>

/** A code of the series' shape from a cryptographic generator, every character equally likely. */
export function generateCode({ codeLength, isCodeAlphanumeric, codePrefix, codeSuffix }: CodeShape): string {
  const alphabet = isCodeAlphanumeric ? alphanumeric : digits
  let code = codePrefix
  for (let at = 0; at < codeLength; at++) code += alphabet[randomInt(alphabet.length)]
  return code + codeSuffix
}
