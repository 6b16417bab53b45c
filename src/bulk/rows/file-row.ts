import type { Delimiter } from './csv-rules.ts'

/** A row of a file. `values` are in the order of the known columns, empty if absent. */
export interface FileRow {
  /** The line that it begins on, from 1. */
  readonly line: number
  readonly values: readonly string[]
  /** As written in the file: cells, or one text. */
  readonly raw: readonly string[]
  /** Why it cannot be read; null if it can. */
  readonly fault: string | null
}

export type OnHeader = (header: readonly string[], delimiter: Delimiter | null) => void

/** Reads the complete rows of the lines, the first of which has the given number. */
export type Reader = (lines: string[], first: number, isLast: boolean) => { rows: FileRow[]; rest: string[] }

/** Removes the CR at the end of a line. */
export const withoutCr = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line)
/** True for a line whose cells are all empty, whatever the delimiter. */
export const isBlank = (line: string): boolean => /^[\s,;\uFEFF]*$/.test(line)

export const nulFault = 'it contains U+0000'
/** Replaces characters that the database cannot store in a text. */
export const withoutNul = (text: string): string => text.replaceAll('\0', '\uFFFD')
