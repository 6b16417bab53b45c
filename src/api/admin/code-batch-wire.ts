import { Type } from 'typebox'
import { batchStrength, type CodeBatch } from '../../bulk/codes/code-batch.ts'
import { isFormAtRisk, type CodeForm } from '../../values/code-form.ts'
import { formatInstant } from '../../values/calendar.ts'
import { problems } from '../../http/problem.ts'

export const tags = ['Codes']

const [problem] = Object.values(problems)

/** The failures of calls about codes, including 409 for an action that the state of a batch does not allow. */
export const failures = { ...problems, 409: problem, 410: problem, 422: problem }

const instant = Type.Union([Type.String(), Type.Null()])

export const codeFormSchema = Type.Object({
  alphabet: Type.String({ description: 'Characters that random ones are drawn from, in order.' }),
  pattern: Type.String({ description: 'Each # is a random character.' }),
  prefix: Type.String(),
  suffix: Type.String(),
  checkCharacter: Type.Boolean({ description: 'A check character stands behind the last random one.' }),
})

export const batchSchema = Type.Object({
  id: Type.Integer(),
  seriesId: Type.Integer(),
  state: Type.String({ description: 'making, done, cancelled, failed, voiding or voided.' }),
  asked: Type.Integer(),
  made: Type.Integer(),
  voided: Type.Integer(),
  failure: Type.Union([Type.String(), Type.Null()]),
  createdAt: Type.String(),
  endedAt: instant,
  exportedAt: instant,
  form: codeFormSchema,
  spreadsheetRisk: Type.Boolean({
    description: 'A spreadsheet changes codes of the form when it opens them as numbers or dates.',
  }),
  strength: Type.Object(
    {
      keyspace: Type.String({
        description: 'How many different codes the form has: a decimal of any length.',
      }),
      liveCodes: Type.String({ description: 'Codes of the form that work, with all of the batch.' }),
      guessesPerHit: Type.String(),
      daysPerHit: Type.String({ description: 'At the permitted rate of guesses.' }),
      weak: Type.Boolean({ description: 'Guessed within a year.' }),
    },
    { description: 'When the batch was ordered.' },
  ),
})

export function codeFormToWire({ hasCheckCharacter, ...form }: CodeForm) {
  const { alphabet, pattern, prefix, suffix } = form
  return { alphabet, pattern, prefix, suffix, checkCharacter: hasCheckCharacter }
}

/** Prints instants in the organisation's time zone, and numbers that may be too large for JSON as texts. */
export function batchToWire(batch: CodeBatch, timeZone: string) {
  const strength = batchStrength(batch)
  const printed = (atS: number | null) => (atS === null ? null : formatInstant(timeZone, atS))
  return {
    id: batch.id,
    seriesId: batch.seriesId,
    state: batch.state,
    asked: batch.asked,
    made: batch.made,
    voided: batch.voided,
    failure: batch.failure,
    createdAt: formatInstant(timeZone, batch.createdAtS),
    endedAt: printed(batch.endedAtS),
    exportedAt: printed(batch.exportedAtS),
    form: codeFormToWire(batch.form),
    spreadsheetRisk: isFormAtRisk(batch.form),
    strength: {
      keyspace: String(strength.keyspace),
      liveCodes: String(strength.liveCodes),
      guessesPerHit: String(strength.guessesPerHit),
      daysPerHit: String(strength.daysPerHit),
      weak: strength.isWeak,
    },
  }
}
