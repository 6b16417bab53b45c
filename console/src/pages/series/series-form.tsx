import { Alert, Button, Group, Stack } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useRef, useState, type SubmitEvent } from 'react'
import { Link, useLocation } from 'wouter'
import { useAction } from '../../api/action.ts'
import { callForVersion, Refused } from '../../api/call.ts'
import type { SavedSeries, Series, StatedSeries } from '../../api/types.ts'
import { Effect } from '../../parts/action-form.tsx'
import { useFormats } from '../../parts/format.ts'
import { useDraft } from '../../parts/draft.ts'
import { allowLeaving, useLeaveWarning } from '../../parts/leave.tsx'
import { Restored } from '../../parts/restored.tsx'
import { Loading, wordsOf } from '../../parts/states.tsx'
import { Versions } from '../../parts/versions.tsx'
import { overwriteVerb, reloadVerb, staleTitle, staleWords } from '../../parts/words.ts'
import { CodesSection, sampleCode } from './form-codes.tsx'
import { LimitsSection, TimeSection } from './form-limits.tsx'
import type { FormState } from './form-parts.tsx'
import { ProductsSection } from './form-products.tsx'
import { MessageSection, PlacesSection } from './form-places.tsx'
import { WorthSection } from './form-worth.tsx'
import { checkFields, fieldError, type FieldErrors } from './series-errors.ts'
import {
  bodyOf,
  copyOf,
  fieldsOf,
  newFields,
  scheduleOf,
  typedFields,
  type SeriesFields,
} from './series-fields.ts'
import { notesOf } from './series-notes.ts'
import { summaryOf } from './series-summary.ts'
import { otherPlacesOf } from './series-values.ts'
import { combined, rowsOf } from './series-versions.ts'

const Voucher = lazy(() => import('./voucher.tsx'))

interface SeriesFormProps {
  /** The series being edited. */
  readonly series?: Series
  /** The series whose terms are copied. */
  readonly like?: Series | undefined
  /** The values of a new series to begin with, and the name under which its draft is stored. */
  readonly template?: { readonly name: string; readonly fields: SeriesFields } | undefined
}

interface Given {
  readonly body: StatedSeries
  readonly schedule: ReturnType<typeof scheduleOf>
}

/**
 * Saves the form in two calls if it has a schedule, which the contract cannot state. For an existing series the
 * schedule is saved first, so that the series is never redeemable too early. `saved` contains what is already saved, so
 * that the rest can be sent again.
 */
async function save(
  saved: { id: number | undefined; version: number | undefined },
  { body, schedule }: Given,
  key: string,
  newer: number | undefined,
): Promise<{ id: number }> {
  const setSchedule = async (version: number | undefined): Promise<void> => {
    if (schedule === undefined) return
    const path = `/admin/v1/series/${saved.id}/schedule`
    saved.version = (await callForVersion(path, { method: 'PUT', body: schedule, version })).version
  }
  const isNew = saved.id === undefined
  if (!isNew) await setSchedule(newer ?? saved.version)
  const { answer, version } = await callForVersion(
    isNew ? '/v2/coupon/series' : `/v2/coupon/series/${saved.id}`,
    {
      method: isNew ? 'POST' : 'PUT',
      key,
      body: { CouponSeriesV2: body },
      version: isNew ? undefined : schedule === undefined ? (newer ?? saved.version) : saved.version,
    },
  )
  const { id } = answer as SavedSeries
  saved.id = id
  saved.version = version
  if (isNew) await setSchedule(version)
  return { id }
}

/** Creates or edits a series: every field explains itself, and refusals appear at their field. */
export function SeriesForm({ series, like, template }: SeriesFormProps) {
  const formats = useFormats()
  const queries = useQueryClient()
  const [, navigate] = useLocation()
  const today = formats.isoDay(Date.now())
  // As it was read when the form was opened, whatever is read later.
  const [opened] = useState(() => ({
    series,
    filled: series
      ? fieldsOf(series, formats)
      : like
        ? copyOf(like, formats, today)
        : (template?.fields ?? newFields),
  }))
  const [fields, setFields, draft] = useDraft(
    series
      ? `series.${series.id}`
      : like
        ? `series.like.${like.id}`
        : `series.new${template ? `.${template.name}` : ''}`,
    () => opened.filled,
    opened.series?.version,
  )
  useLeaveWarning(draft.isEdited)
  const element = useRef<HTMLFormElement>(null)
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  // What the form was filled from, or the version of another person that this one's changes were combined with.
  const [base, setBase] = useState({ series: opened.series, filled: draft.initial })
  // The version when the person began to type, regardless of later reads, or that of the part that was saved last.
  const saved = useRef({ id: series?.id, version: draft.version })
  const action = useAction(
    (given: Given, key, newer) => save(saved.current, given, key, newer),
    ({ id }) => {
      void queries.invalidateQueries({ queryKey: ['series'] })
      draft.forget()
      allowLeaving()
      navigate(`/series/${id}`)
    },
  )
  const refused =
    action.error instanceof Refused && !action.isOpen && !action.isStale
      ? fieldError(action.error)
      : undefined
  const meant = typedFields(fields)
  const wrong = checkFields(meant)
  const errors: FieldErrors = {
    // A refusal is shown until its field is changed.
    ...(refused && !touched.has(refused.name) && { [refused.name]: refused.text }),
    ...wrong,
  }
  const set = <Name extends keyof SeriesFields>(name: Name, value: SeriesFields[Name]): void => {
    setTouched((before) => new Set([...before, name]))
    setFields((before) => ({ ...before, [name]: value }))
  }
  const form: FormState = { fields, errors, isNew: series === undefined, set }
  const focusWrong = (): void => element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  // The refused field may be far from the button.
  useEffect(() => {
    if (action.error) focusWrong()
  }, [action.error])
  const current = action.error instanceof Refused ? action.error.current : undefined
  const newerSeries = action.isStale && current ? (current as unknown as Series) : undefined
  const theirs = newerSeries && fieldsOf(newerSeries, formats)
  /** Takes over what the other person has changed where this person has changed nothing. */
  const combine = (): void => {
    if (theirs === undefined || !(action.error instanceof Refused)) return
    saved.current.version = action.error.version
    setFields(() => combined(base.filled, theirs, fields))
    setBase({ series: newerSeries, filled: theirs })
    action.reset()
  }
  const discard = (): void => {
    draft.discard()
    saved.current.version = opened.series?.version
    setBase(opened)
  }
  const notes = notesOf(meant, today)
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (Object.keys(wrong).length > 0) {
      focusWrong()
      return
    }
    setTouched(new Set())
    action.submit({
      body: bodyOf(meant, base.series ?? like, formats),
      schedule: scheduleOf(meant, base.series && base.filled, base.series, formats),
    })
  }
  const isPercent = fields.discountType === 'PERC'
  return (
    <form onSubmit={submit} className="columns" ref={element}>
      <fieldset disabled={action.isOpen || action.isSending} className="plain">
        <Restored draft={{ ...draft, discard }} />
        <WorthSection form={form} />
        <CodesSection form={form} />
        <TimeSection form={form} />
        <LimitsSection form={form} />
        <ProductsSection form={form} />
        <PlacesSection form={form} />
        <MessageSection form={form} />
      </fieldset>

      <div className="beside">
        <Suspense fallback={<Loading rows={6} />}>
          <Voucher
            isSample={fields.clientHandlingType !== 'GENERIC'}
            series={{
              description: fields.description,
              info: fields.info,
              discountType: fields.discountType,
              discountValue: Number(meant.discountValue) || 0,
              discountUpto: isPercent ? Number(meant.discountUpto) || 0 : 0,
              validTillDateTime: fields.validTillDate === '' ? '' : `${fields.validTillDate}T12:00:00Z`,
              code: sampleCode(fields),
            }}
          />
        </Suspense>
        <Stack gap="xs" mt="md">
          <p className="summary" aria-live="polite">
            {summaryOf(meant, formats, otherPlacesOf(base.series ?? like).length)}
          </p>
          {notes.length > 0 && (
            <Effect tone="warn">
              {notes.map((note) => (
                <div key={note}>{note}</div>
              ))}
            </Effect>
          )}
          {action.error && (!refused || action.isOpen) && (
            <Alert
              color={action.isOpen || action.isStale ? 'yellow' : 'red'}
              variant="outline"
              role="alert"
              title={action.isOpen ? 'No answer came' : action.isStale ? staleTitle : 'Not saved'}
            >
              {action.isOpen
                ? 'Trying again is safe: it is saved at most once.'
                : action.isStale
                  ? staleWords
                  : wordsOf(action.error)}
              {theirs && <Versions rows={rowsOf(fields, theirs)} />}
              {theirs && (
                <Button size="xs" variant="default" mt="xs" onClick={combine}>
                  Combine: my changes in their version
                </Button>
              )}
            </Alert>
          )}
          {refused && (
            <Alert color="red" variant="outline" role="alert" title="Not saved">
              One field needs another look.
            </Alert>
          )}
          <Group grow>
            <Button
              variant="default"
              component={Link}
              href={series ? `/series/${series.id}` : '/series'}
              onClick={() => {
                if (!action.isStale) return
                // The person has seen both versions and chosen the other one.
                draft.forget()
                allowLeaving()
              }}
            >
              {action.isStale ? reloadVerb : 'Cancel'}
            </Button>
            <Button type="submit" color={action.isStale ? 'red' : undefined} loading={action.isSending}>
              {action.isOpen
                ? 'Try again'
                : action.isStale
                  ? overwriteVerb
                  : series
                    ? 'Save'
                    : 'Create series'}
            </Button>
          </Group>
        </Stack>
      </div>
    </form>
  )
}
