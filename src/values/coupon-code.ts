import { foldedText, unfitCharacter, visibleText } from './code-folding.ts'

export const codeCases = ['UPPER', 'LOWER', 'AS_IT_IS'] as const
export type CodeCase = (typeof codeCases)[number]

export const maxCodeLength = 100

const beyondAscii = /[^\0-\u007F]/

/** Trims U+0020. */
function withoutBlanksAround(text: string): string {
  return text.startsWith(' ') || text.endsWith(' ') ? text.replaceAll(/^ +| +$/g, '') : text
}

/**
 * The form in which codes and similar texts are compared: in capitals by Unicode's full case folding, in NFC, without
 * invisible characters and surrounding blanks. The database function `code_key`, used by the unique index, computes the
 * same. docs/decisions/0008-code-keys.md explains how and why.
 */
export function codeKey(code: string): string {
  if (!beyondAscii.test(code)) return withoutBlanksAround(code).toUpperCase()
  return withoutBlanksAround(foldedText(visibleText(code)))
}

/**
 * Converts a code to the requested letter case, character by character, so that its length does not change, and only
 * where it remains the same code.
 */
export function inCase(code: string, codeCase: CodeCase): string {
  if (codeCase === 'AS_IT_IS') return code
  const change = (text: string) => (codeCase === 'UPPER' ? text.toUpperCase() : text.toLowerCase())
  if (!beyondAscii.test(code)) return change(code)
  let shown = ''
  for (const character of code) {
    const other = change(character)
    shown += other.length === character.length && codeKey(other) === codeKey(character) ? other : character
  }
  return codeKey(shown) === codeKey(code) ? shown : code
}

/** Normalises a typed, scanned or pasted code: removes invisible characters and surrounding blanks. */
export function typedCode(text: string): string {
  return (beyondAscii.test(text) ? visibleText(text) : text).trim()
}

/**
 * Describes what is wrong with a text as a new code or a part of one, worded as the end of a sentence; undefined:
 * nothing. A customer could neither see nor type what is rejected here.
 */
export function newCodeFault(text: string): string | undefined {
  if (text.length > maxCodeLength) return `has more than ${maxCodeLength} characters`
  const unfit = unfitCharacter(text)
  if (unfit === undefined) return text.trim() === text ? undefined : 'has blanks around it'
  const point = `U+${(unfit.character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
  const what = {
    invisible: `holds the invisible character ${point}`,
    blank: `holds the blank ${point}; U+0020 is the only blank that a code may hold`,
    unknown: `holds the character ${point}, which not every version of Unicode knows`,
  }
  return what[unfit.kind]
}
