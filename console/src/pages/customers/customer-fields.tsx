import { Group, TextInput } from '@mantine/core'

/** Identifiers of a customer, one of each type. */
export const identifierNames = {
  mobile: 'Mobile number',
  email: 'E-mail',
  externalId: 'External id',
} as const
export type IdentifierType = keyof typeof identifierNames
export const identifierTypes = Object.keys(identifierNames) as IdentifierType[]

export type CustomerValues = Readonly<Record<'firstName' | 'lastName' | IdentifierType, string>>

export const noValues: CustomerValues = { firstName: '', lastName: '', mobile: '', email: '', externalId: '' }

interface CustomerFieldsProps {
  readonly values: CustomerValues
  readonly onChange: (values: CustomerValues) => void
}

/** Name and identifiers of a customer. */
export function CustomerFields({ values, onChange }: CustomerFieldsProps) {
  const field = (name: keyof CustomerValues, label: string) => (
    <TextInput
      key={name}
      label={label}
      autoComplete="off"
      maxLength={200}
      flex={1}
      data-autofocus={name === 'firstName' || undefined}
      value={values[name]}
      onChange={({ currentTarget }) => onChange({ ...values, [name]: currentTarget.value })}
    />
  )
  return (
    <>
      <Group gap="sm" align="flex-start">
        {field('firstName', 'First name')}
        {field('lastName', 'Last name')}
      </Group>
      {identifierTypes.map((type) => (
        <div key={type}>{field(type, identifierNames[type])}</div>
      ))}
    </>
  )
}
