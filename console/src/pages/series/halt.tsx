import { Alert, Button, Radio, Stack } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { CirclePause, CirclePlay } from 'lucide-react'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import { reachQuery } from '../../api/queries.ts'
import { useMay } from '../../api/session.tsx'
import type { Reach, Series } from '../../api/types.ts'
import { ActionForm, Effect } from '../../parts/action-form.tsx'
import { count, plural, useFormats } from '../../parts/format.ts'
import { wordsOf } from '../../parts/states.tsx'
import { useUndo } from '../../parts/undo.tsx'

type Verb = 'stop' | 'pause' | 'resume'
const verbOf = { stopped: 'stop', paused: 'pause' } as const
const doneWords: Readonly<Record<Verb, string>> = { stop: 'stopped', pause: 'paused', resume: 'resumed' }

const send = (id: number, verb: Verb, reason: string, version?: number, key?: string): Promise<Series> =>
  call<Series>(`/admin/v1/series/${id}/${verb}`, {
    method: 'POST',
    reason,
    version,
    body: {},
    ...(key !== undefined && { key }),
  })

/** Stops, pauses and resumes a series. Undo restores what was before, unless another person has changed it since. */
export function useHalts(series: Series) {
  const queries = useQueryClient()
  const [asked, setAsked] = useState<'halt' | 'resume' | null>(null)
  const showUndo = useUndo()
  const refresh = (): void => {
    for (const key of ['series', 'figures', 'customer', 'coupon', 'audit'])
      void queries.invalidateQueries({ queryKey: [key] })
  }
  const close = (): void => {
    setAsked(null)
    refresh()
  }
  const done = (before: Series, after: Series, verb: Verb): void => {
    close()
    if (before.version === after.version) return
    const back = before.halt === null ? 'resume' : verbOf[before.halt.as]
    const reason = before.halt?.reason ?? `Undone: ${after.halt?.reason ?? ''}`
    showUndo(`${before.description} is ${doneWords[verb]}.`, () => {
      send(before.id, back, reason, after.version)
        .then(
          () => notifications.show({ message: `${before.description} is ${doneWords[back]} again.` }),
          (error: unknown) => notifications.show({ color: 'red', message: `Not undone: ${wordsOf(error)}` }),
        )
        .finally(refresh)
    })
  }
  return {
    open: setAsked,
    dialog:
      asked === 'halt' ? (
        <HaltDialog series={series} close={close} done={done} />
      ) : asked === 'resume' ? (
        <ResumeDialog series={series} close={close} done={done} />
      ) : null,
  }
}

/** The button that stops or pauses a series; none where it would have no effect. */
export function HaltButton({ series, open }: { series: Series; open: () => void }) {
  if (series.state === 'ended' || series.halt?.as === 'stopped') return null
  return (
    <Button variant="default" color="red" onClick={open} leftSection={<CirclePause size={14} />}>
      Stop or pause…
    </Button>
  )
}

/** Says that a series is halted, since when, by whom and why. */
export function HaltBanner({ series, resume }: { series: Series; resume: () => void }) {
  const formats = useFormats()
  const may = useMay()
  const { halt } = series
  if (halt === null) return null
  const isPaused = halt.as === 'paused'
  return (
    <Alert
      mb="md"
      color={isPaused ? 'yellow' : 'red'}
      variant="outline"
      icon={<CirclePause size={18} />}
      title={`${isPaused ? 'Paused' : 'Stopped'} since ${formats.time(halt.since)}${halt.by === null ? '' : ` by ${halt.by}`}`}
    >
      <Stack gap="xs" align="flex-start">
        <div dir="auto">“{halt.reason}”</div>
        <div>
          No coupon is issued, and tills refuse those that customers hold
          {isPaused ? ', except in checkouts that had reserved them.' : '.'}
        </div>
        {may('campaign', 'write') && (
          <Button size="xs" variant="default" onClick={resume} leftSection={<CirclePlay size={14} />}>
            Resume…
          </Button>
        )}
      </Stack>
    </Alert>
  )
}

interface HaltDialogProps {
  readonly series: Series
  readonly close: () => void
  readonly done: (before: Series, after: Series, verb: Verb) => void
}

function HaltDialog({ series, close, done }: HaltDialogProps) {
  const [before] = useState(series)
  const [as, setAs] = useState<'stop' | 'pause'>('stop')
  const reach = useQuery(reachQuery(series.id))
  // Without the version: a stop must not fail because another person saves the form at the same time.
  const action = useAction(
    ({ verb, reason }: { verb: 'stop' | 'pause'; reason: string }, key) =>
      send(series.id, verb, reason, undefined, key),
    (after, { verb }) => done(before, after, verb),
  )
  return (
    <ActionForm
      title={`Stop or pause ${series.description}`}
      verb={as === 'stop' ? 'Stop now' : 'Pause now'}
      isDangerous={as === 'stop'}
      action={action}
      close={close}
      reasonWords="Shown on the page of the series and in the audit log, with your name."
      submit={(reason) => action.submit({ verb: as, reason })}
    >
      <Radio.Group
        label="What to do"
        value={as}
        onChange={(value) => setAs(value === 'pause' ? 'pause' : 'stop')}
      >
        <Stack gap={6} mt={6}>
          <Radio
            value="stop"
            label="Stop"
            description="Nothing more is given, not even to customers who are paying now."
          />
          <Radio
            value="pause"
            label="Pause"
            description="The campaign goes on later. Checkouts that have reserved coupons may still pay."
          />
        </Stack>
      </Radio.Group>
      <Effect tone="warn">
        Tills refuse the coupons from this moment, and none is issued.{' '}
        <ReachWords reach={reach.data} as={as} /> It can be resumed at any time.
      </Effect>
    </ActionForm>
  )
}

function ReachWords({ reach, as }: { reach: Reach | undefined; as: 'stop' | 'pause' }) {
  if (reach === undefined) return null
  const { coupons, customers, liveHolds, isMore } = reach
  const most = isMore ? 'more than ' : ''
  return (
    <>
      {coupons === 0
        ? 'No customer holds a working coupon.'
        : `${most}${plural(customers, 'customer')} ${customers === 1 ? 'holds' : 'hold'} ${most}${plural(coupons, 'working coupon')}.`}
      {liveHolds > 0 &&
        ` ${plural(liveHolds, 'checkout')} ${liveHolds === 1 ? 'has' : 'have'} reserved some, and ${
          as === 'stop' ? `${liveHolds === 1 ? 'is' : 'are'} refused` : 'may still pay'
        }.`}
    </>
  )
}

function ResumeDialog({ series, close, done }: HaltDialogProps) {
  const [before] = useState(series)
  const reach = useQuery(reachQuery(series.id)).data
  const action = useAction(
    ({ reason }: { reason: string }, key, newer) =>
      send(series.id, 'resume', reason, newer ?? before.version, key),
    (after) => done(before, after, 'resume'),
  )
  return (
    <ActionForm
      title={`Resume ${series.description}`}
      verb="Resume"
      action={action}
      close={close}
      submit={(reason) => action.submit({ reason })}
    >
      <Effect tone="good">
        Coupons are issued and redeemed again from this moment, at every till.
        {reach && reach.coupons > 0 && ` ${count(reach.coupons)} of them work again.`}
      </Effect>
    </ActionForm>
  )
}
