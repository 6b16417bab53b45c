import { Checkbox, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { Panel } from '../../parts/states.tsx'
import type { FieldErrors } from './series-errors.ts'
import type { SeriesFields } from './series-fields.ts'

/** Shared parts of the sections in the series form. */

type TextName = {
  [Name in keyof SeriesFields]: string extends SeriesFields[Name] ? Name : never
}[keyof SeriesFields]

export interface FormState {
  readonly fields: SeriesFields
  readonly errors: FieldErrors
  /** False: an existing series is edited. */
  readonly isNew: boolean
  readonly set: <Name extends keyof SeriesFields>(name: Name, value: SeriesFields[Name]) => void
}

export interface SectionProps {
  readonly form: FormState
}

/** Properties of a text field, by its name in the API. */
export const textOf =
  ({ fields, errors, set }: FormState) =>
  (name: TextName, label: string, description?: string) => ({
    name,
    label,
    description,
    value: fields[name],
    error: errors[name],
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) => set(name, value),
  })

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Panel title={title}>
      <Stack className="panel-body" gap="sm">
        {children}
      </Stack>
    </Panel>
  )
}

interface CheckProps {
  readonly label: string
  readonly description?: string
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
}

export function Check({ onChange, ...props }: CheckProps) {
  return <Checkbox {...props} size="sm" onChange={({ currentTarget }) => onChange(currentTarget.checked)} />
}
