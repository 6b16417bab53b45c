import { Alert, Button, Checkbox, Group, Select, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState, type SubmitEvent } from 'react'
import { Link } from 'wouter'
import { newerOf } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import { settingsQuery } from '../../api/admin-queries.ts'
import { sessionQuery } from '../../api/queries.ts'
import { useMay } from '../../api/session.tsx'
import type { Settings as Shape } from '../../api/types.ts'
import { logOf } from './audit-words.ts'
import { ClientSettingsFields } from './client-settings.tsx'
import { MoveClientSettings } from './move-client-settings.tsx'
import { Failed, Loading, PageHead, Panel, wordsOf } from '../../parts/states.tsx'
import { countries, currencies, withPresent } from '../../parts/regions.ts'
import { Versions, versionsOf } from '../../parts/versions.tsx'
import { overwriteVerb, reloadVerb, staleTitle, staleWords } from '../../parts/words.ts'

const allCountries = countries()
const allCurrencies = currencies()

/** Settings of the organisation. */
export default function Settings() {
  const may = useMay()
  const mayWrite = may('organisation', 'write')
  const settings = useQuery({ ...settingsQuery, refetchOnWindowFocus: false })
  return (
    <div className="page page-narrow">
      <PageHead
        title="Settings"
        lead={
          <>
            Settings of the organisation. Changes take effect within a second.
            {mayWrite && (
              <>
                {' '}
                <Link href="/start">First steps</Link>.
              </>
            )}
            {may('audit') && settings.data && (
              <>
                {' '}
                <Link href={logOf({ subject: `organisation:${settings.data.id}` })}>Who changed what</Link>.
              </>
            )}
          </>
        }
        aside={<MoveClientSettings />}
      />
      {settings.isPending ? (
        <Loading rows={6} />
      ) : settings.isError ? (
        <Failed error={settings.error} retry={() => void settings.refetch()} />
      ) : (
        <SettingsForm key={JSON.stringify(settings.data)} settings={settings.data} />
      )}
    </div>
  )
}

function SettingsForm({ settings }: { settings: Shape }) {
  const mayWrite = useMay()('organisation', 'write')
  const queries = useQueryClient()
  const [fields, setFields] = useState(settings)
  const [version] = useState(settings.version)
  const newer = useRef<number>(undefined)
  const save = useMutation({
    mutationFn: (body: Partial<Shape>) =>
      call<Shape>('/admin/v1/organisation', { method: 'PATCH', body, version: newer.current ?? version }),
    onError: (error) => {
      newer.current = newerOf(error)
    },
    onSuccess: (saved) => {
      queries.setQueryData(settingsQuery.queryKey, saved)
      void queries.invalidateQueries({ queryKey: sessionQuery.queryKey })
      notifications.show({ message: 'Settings saved.' })
    },
  })
  const isStale = newerOf(save.error) !== undefined
  const names = Object.keys(settings) as (keyof Shape)[]
  const changed = Object.fromEntries(
    names.filter((name) => fields[name] !== settings[name]).map((name) => [name, fields[name]]),
  ) as Partial<Shape>
  const text = (name: 'name' | 'couponPrefix' | 'couponSuffix', label: string, description: string) => ({
    label,
    description,
    value: fields[name] ?? '',
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) =>
      setFields((before) => ({
        ...before,
        [name]: value === '' && name !== 'name' ? null : value,
      })),
  })
  const flag = (
    name: 'requiresTransactionNumber' | 'replaysTillRetries',
    label: string,
    description: string,
  ) => ({
    label,
    description,
    checked: fields[name],
    onChange: ({ currentTarget: { checked } }: { currentTarget: { checked: boolean } }) =>
      setFields((before) => ({ ...before, [name]: checked })),
  })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    save.mutate(changed)
  }
  return (
    <form onSubmit={submit}>
      <fieldset className="plain" disabled={!mayWrite || save.isPending}>
        <Panel title="Organisation">
          <Stack className="panel-body" gap="sm">
            <TextInput
              {...text('name', 'Name', 'As people see it.')}
              required
              withAsterisk={false}
              maxLength={200}
            />
            <SimpleGrid cols={{ base: 1, sm: 3 }}>
              <Select
                label="Time zone"
                description="Days begin and end by it."
                searchable
                limit={100}
                disabled={!mayWrite}
                data={[...new Set(['UTC', settings.timeZone, ...Intl.supportedValuesOf('timeZone')])]}
                value={fields.timeZone}
                onChange={(timeZone) => timeZone && setFields((before) => ({ ...before, timeZone }))}
              />
              <Select
                label="Country"
                description="Of mobile numbers without one."
                searchable
                disabled={!mayWrite}
                nothingFoundMessage="No such country"
                data={withPresent(allCountries, settings.country)}
                value={fields.country}
                onChange={(country) => country && setFields((before) => ({ ...before, country }))}
              />
              <Select
                label="Currency"
                description="Of all amounts; may be left out."
                searchable
                clearable
                clearButtonProps={{ 'aria-label': 'No currency' }}
                disabled={!mayWrite}
                nothingFoundMessage="No such currency"
                data={withPresent(allCurrencies, settings.currency)}
                value={fields.currency}
                onChange={(currency) => setFields((before) => ({ ...before, currency }))}
              />
            </SimpleGrid>
          </Stack>
        </Panel>
        <Panel title="Redemptions and codes">
          <Stack className="panel-body" gap="sm">
            <Checkbox
              {...flag(
                'requiresTransactionNumber',
                'Every redemption needs a bill number',
                'Without one it is refused.',
              )}
            />
            <Checkbox
              {...flag(
                'replaysTillRetries',
                'A sale that a till sends again gets the first answer',
                'On: a till that lost an answer is safe without an Idempotency-Key, but a code that is keyed in twice under one bill is not noticed. Off: it is refused, although the coupon is used.',
              )}
            />
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <TextInput
                {...text('couponPrefix', 'Codes begin with', 'For series that say so.')}
                maxLength={10}
              />
              <TextInput
                {...text('couponSuffix', 'Codes end with', 'For series that say so.')}
                maxLength={10}
              />
            </SimpleGrid>
          </Stack>
        </Panel>
        <Panel title="Programs that call">
          <div className="panel-body">
            <ClientSettingsFields
              stated={fields.clientSettings}
              otherwise="by default"
              disabled={!mayWrite || save.isPending}
              change={(clientSettings) => setFields((before) => ({ ...before, clientSettings }))}
            />
          </div>
        </Panel>
      </fieldset>
      {save.isError && (
        <Alert
          color={isStale ? 'yellow' : 'red'}
          variant="outline"
          role="alert"
          title={isStale ? staleTitle : 'Not saved'}
          mb="md"
        >
          {isStale ? staleWords : wordsOf(save.error)}
          {isStale && <Versions rows={versionsOf(save.error)} />}
        </Alert>
      )}
      {mayWrite && (
        <Group gap="xs">
          <Button type="submit" disabled={Object.keys(changed).length === 0} loading={save.isPending}>
            {isStale ? overwriteVerb : 'Save'}
          </Button>
          {Object.keys(changed).length > 0 && (
            <Button
              variant="default"
              onClick={() => {
                setFields(settings)
                if (isStale) void queries.invalidateQueries({ queryKey: settingsQuery.queryKey })
              }}
            >
              {isStale ? reloadVerb : 'Discard'}
            </Button>
          )}
        </Group>
      )}
    </form>
  )
}
