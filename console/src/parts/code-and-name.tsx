import { TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'

/** The code and the name of a new record. @param about what the code is used for. */
export function useCodeAndName(about: string): {
  readonly fields: ReactNode
  /** Null until there is a code; the name defaults to the code. */
  readonly given: { readonly code: string; readonly name: string } | null
} {
  const [code, setCode] = useState('')
  const [name, setName] = useState('')
  const given = code.trim() === '' ? null : { code: code.trim(), name: name.trim() || code.trim() }
  const fields = (
    <>
      <TextInput
        label="Code"
        description={about}
        required
        withAsterisk={false}
        data-autofocus
        maxLength={200}
        value={code}
        onChange={({ currentTarget }) => setCode(currentTarget.value)}
      />
      <TextInput
        label="Name"
        description="What people see; empty: the code."
        maxLength={200}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
    </>
  )
  return { fields, given }
}
