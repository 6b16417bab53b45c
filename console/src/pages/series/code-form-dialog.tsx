import { Checkbox, Select, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import type { CodeForm, Versioned } from '../../api/types.ts'
import { ActionForm, Effect } from '../../parts/action-form.tsx'
import { count } from '../../parts/format.ts'
import { alphabets, drawnIn, sampleOf } from './code-sample.ts'
import { guessingTime, strengthOf, unlimitedCodes } from './code-strength.ts'

const own = 'own'

interface CodeFormDialogProps {
  readonly seriesId: number
  readonly form: CodeForm & Versioned
  readonly close: () => void
}

/** The form of generated codes. Repeating the request has no further effect. */
export function CodeFormDialog({ seriesId, form, close }: CodeFormDialogProps) {
  const queries = useQueryClient()
  const named = Object.entries(alphabets).find(([, { characters }]) => characters === form.alphabet)?.[0]
  const [alphabet, setAlphabet] = useState(named ?? own)
  const [pattern, setPattern] = useState(form.pattern)
  const [checkCharacter, setCheckCharacter] = useState(form.checkCharacter)
  const [version] = useState(form.version)
  const action = useAction(
    (
      { reason, ...body }: { alphabet: string; pattern: string; checkCharacter: boolean; reason: string },
      _key,
      newer,
    ) =>
      call(`/admin/v1/series/${seriesId}/code-form`, {
        method: 'PUT',
        reason,
        body,
        version: newer ?? version,
      }),
    () => {
      void queries.invalidateQueries({ queryKey: ['series', seriesId] })
      close()
    },
  )
  const characters =
    Object.entries(alphabets).find(([name]) => name === alphabet)?.[1].characters ?? form.alphabet
  const drawn = drawnIn({ pattern })
  const stated: CodeForm = { ...form, alphabet: characters, pattern, checkCharacter }
  const { guessesPerHit, isWeak } = strengthOf(characters.length, drawn, unlimitedCodes)
  return (
    <ActionForm
      title="Form of generated codes"
      verb="Save"
      action={action}
      close={close}
      isIncomplete={drawn === 0}
      submit={(reason) =>
        action.submit({
          alphabet: alphabet === own ? form.alphabet : alphabet,
          pattern,
          checkCharacter,
          reason,
        })
      }
    >
      <Select
        label="Characters"
        data-autofocus
        data={[
          ...Object.entries(alphabets).map(([value, { label }]) => ({ value, label })),
          ...(named ? [] : [{ value: own, label: form.alphabet }]),
        ]}
        value={alphabet}
        onChange={(value) => value && setAlphabet(value)}
      />
      <TextInput
        label="Pattern"
        description="Each # is replaced by a random character; letters, digits, - _ . are literal."
        className="code-field"
        maxLength={60}
        value={pattern}
        error={drawn === 0 ? 'At least one #' : undefined}
        onChange={({ currentTarget }) => setPattern(currentTarget.value)}
      />
      <Checkbox
        label="A check character at the end"
        description="Lets a till without a connection detect a mistyped code."
        checked={checkCharacter}
        onChange={({ currentTarget }) => setCheckCharacter(currentTarget.checked)}
      />
      <Effect tone={isWeak ? 'warn' : undefined}>
        For example <span className="code">{sampleOf(stated)}</span>. With {count(unlimitedCodes)} of them
        out, ten guesses a second hit one in {guessingTime(guessesPerHit)}. Holds for codes that are made or
        issued from now on.
      </Effect>
    </ActionForm>
  )
}
