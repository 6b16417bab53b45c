import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Check } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { Link } from 'wouter'
import { storesQuery, tillsQuery } from '../../api/admin-queries.ts'
import { seriesSearchQuery } from '../../api/queries.ts'
import type { Series, Store, Till } from '../../api/types.ts'
import { Failed, Loading, PageHead } from '../../parts/states.tsx'
import { seriesTemplates } from '../series/series-templates.ts'
import { StoreDialog, TillDialog } from './store-dialogs.tsx'
import { TestCouponDialog, type TestCoupon } from './test-coupon-dialog.tsx'

type Dialog = 'store' | 'till' | 'coupon' | null

/** The way from an empty organisation to the first redemption. */
export default function Start() {
  const stores = useQuery(storesQuery)
  const tills = useQuery(tillsQuery)
  // A till may redeem at any moment: the last step is done without this page.
  const series = useQuery({ ...seriesSearchQuery({ sort: '-issued' }), refetchInterval: 3_000 })
  const failed = [stores, tills, series].find((one) => one.isError && one.data === undefined)
  return (
    <div className="page page-narrow">
      <PageHead title="First steps" lead="From an empty organisation to the first redeemed coupon." />
      {failed ? (
        <Failed error={failed.error} retry={() => void failed.refetch()} />
      ) : stores.data && tills.data && series.data ? (
        <Steps
          stores={stores.data}
          tills={tills.data.filter(({ isRevoked }) => !isRevoked)}
          series={series.data.series}
        />
      ) : (
        <Loading rows={8} />
      )}
    </div>
  )
}

interface StepsProps {
  readonly stores: readonly Store[]
  readonly tills: readonly Till[]
  readonly series: readonly Series[]
}

function Steps({ stores, tills, series }: StepsProps) {
  const queries = useQueryClient()
  const [dialog, setDialog] = useState<Dialog>(null)
  const [coupon, setCoupon] = useState<TestCoupon | null>(null)
  const [store] = stores
  const hasIssued = series.some(({ numIssued }) => numIssued > 0)
  const hasRedeemed = series.some(({ numRedeemed }) => numRedeemed > 0)
  const done = (): void => {
    for (const queryKey of [['places'], ['tills'], ['series']]) void queries.invalidateQueries({ queryKey })
    setDialog(null)
  }
  const steps = [store !== undefined, tills.length > 0, series.length > 0, hasIssued, hasRedeemed]
  const next = steps.indexOf(false)
  const step = (at: number, title: string, words: ReactNode, action: ReactNode) => (
    <Step key={title} number={at + 1} title={title} isDone={steps[at] === true} isNext={at === next}>
      <Text size="sm">{words}</Text>
      {action}
    </Step>
  )
  return (
    <>
      {next === -1 && (
        <div className="effect" data-tone="good" role="status" style={{ marginBottom: 16 }}>
          The first coupon is redeemed. <Link href="/overview">See the overview</Link>, and add{' '}
          <Link href="/users">the people</Link> who will work here.
        </div>
      )}
      <ol className="steps">
        {step(
          0,
          'Add a store',
          'A place where coupons are issued and redeemed: a shop, or the web shop.',
          <Button variant={next === 0 ? 'filled' : 'default'} onClick={() => setDialog('store')}>
            Add store
          </Button>,
        )}
        {step(
          1,
          'Add a till',
          'A checkout, an app or a server that signs in for the store with a code and a password.',
          <Button
            variant={next === 1 ? 'filled' : 'default'}
            disabled={store === undefined}
            onClick={() => setDialog('till')}
          >
            Add till
          </Button>,
        )}
        {step(
          2,
          'Begin a campaign',
          'A series defines the terms of its coupons. Begin with one of these, and change what you like:',
          <Templates />,
        )}
        {step(
          3,
          'Issue a test coupon',
          'Issue one to yourself and see what a customer gets. It is a coupon like any other, and can be revoked.',
          <Button
            variant={next === 3 ? 'filled' : 'default'}
            disabled={series.length === 0}
            onClick={() => setDialog('coupon')}
          >
            Issue test coupon
          </Button>,
        )}
        {step(
          4,
          'Redeem it',
          coupon === null
            ? 'At the till, or here in the place of one: open the customer, then the coupon, then Redeem.'
            : `${coupon.code} is yours. Redeem it on the page of the customer, or as the till does:`,
          <Redeeming coupon={coupon} till={tills[0]} />,
        )}
      </ol>
      {dialog === 'store' && <StoreDialog close={() => setDialog(null)} done={done} />}
      {dialog === 'till' && store && <TillDialog store={store} close={() => setDialog(null)} done={done} />}
      {dialog === 'coupon' && (
        <TestCouponDialog
          close={() => setDialog(null)}
          done={(issued) => {
            setCoupon(issued)
            done()
          }}
        />
      )}
    </>
  )
}

interface StepProps {
  readonly number: number
  readonly title: string
  readonly isDone: boolean
  readonly isNext: boolean
  readonly children: ReactNode
}

function Step({ number, title, isDone, isNext, children }: StepProps) {
  return (
    <li className="panel step" data-done={isDone} aria-current={isNext ? 'step' : undefined}>
      <span className="step-mark" aria-hidden>
        {isDone ? <Check size={15} /> : number}
      </span>
      <Stack gap="xs" align="flex-start" className="step-body">
        <h2>
          {title} {isDone && <span className="second">Done</span>}
        </h2>
        {children}
      </Stack>
    </li>
  )
}

function Templates() {
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }} w="100%" spacing="xs">
        {Object.entries(seriesTemplates).map(([name, { title, words }]) => (
          <Link key={name} href={`/series/new?template=${name}`} className="template">
            <b>{title}</b>
            <span className="second">{words}</span>
          </Link>
        ))}
      </SimpleGrid>
      <Button component={Link} href="/series/new" size="compact-sm" variant="default">
        Or an empty form
      </Button>
    </>
  )
}

function Redeeming({ coupon, till }: { coupon: TestCoupon | null; till: Till | undefined }) {
  if (coupon === null)
    return (
      <Button component={Link} href="/customers" variant="default">
        Find the customer
      </Button>
    )
  const body = JSON.stringify({
    redemptionRequestList: [{ code: coupon.code }],
    user: { id: coupon.customerId },
    billAmount: 500,
    transactionNumber: 'TEST-1',
  })
  return (
    <>
      <Group gap="xs">
        <Button
          component={Link}
          href={`/customers/${coupon.customerId}?coupon=${encodeURIComponent(coupon.code)}`}
        >
          Open the coupon
        </Button>
      </Group>
      {till && (
        <pre className="command" tabIndex={0} aria-label="The call of a till">
          {`curl -u '${till.code}:PASSWORD' ${location.origin}/v2/coupon/redeem \\\n  -H 'Content-Type: application/json' \\\n  -d '${body}'`}
        </pre>
      )}
    </>
  )
}
