import type { Delimiter } from './csv-rules.ts'

/** A row of a file. `values` stand in the order of the known columns, empty where there is nothing. */
export interface FileRow {
  /** The line that it begins on, from 1. */
  readonly line: number
  readonly values: readonly string[]
  /** As it stands in the file: cells, or one text. */
  readonly raw: readonly string[]
  /** Why it cannot be read; null: it can. */
  readonly fault: string | null
}

export type OnHeader = (header: readonly string[], delimiter: Delimiter | null) => void

/** Reads what is whole of the lines, the first of which has the given number. */
export type Reader = (lines: string[], first: number, isLast: boolean) => { rows: FileRow[]; rest: string[] }

/** The line as a text: without the CR of its end. */
export const withoutCr = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line)
/** True for a line without anything in any cell, whatever separates them. */
export const isBlank = (line: string): boolean => /^[\s,;\uFEFF]*$/.test(line)

export const nulFault = 'it contains U+0000'
/** What the database can hold of a text. */
export const withoutNul = (text: string): string => text.replaceAll('\0', '\uFFFD')
