import { Button, CopyButton, Group, Modal, Stack, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { call } from '../../api/call.ts'
import { couponQuery } from '../../api/queries.ts'
import { refusalWords, Effect } from '../../parts/action-form.tsx'
import { useFormats } from '../../parts/format.ts'
import { longRefusal } from '../../parts/words.ts'
import { Loading } from '../../parts/states.tsx'
import type { ActedOn, DialogProps } from './care-actions.tsx'

/** The message with the contract's placeholders filled in. */
function messageOf(coupon: ActedOn, template: string, day: string, discount: string): string {
  const filled = template.replaceAll(/\{\{\s*(voucher|voucher_code|code|coupon_code)\s*\}\}/gi, coupon.code)
  const isComplete = filled.includes(coupon.code) && !filled.includes('{{')
  return isComplete ? filled : `Your coupon ${coupon.code}: ${discount}, valid until ${day}.`
}

interface ResendAnswer {
  readonly response: {
    readonly coupons: {
      readonly coupon: readonly {
        readonly item_status: { readonly code: number; readonly message: string }
      }[]
    }
  }
}

/** A coupon that may not be sent is an item that failed: the request itself succeeds. Null: it may be sent. */
function whyNot({ response }: ResendAnswer): string | null {
  const { code, message } = response.coupons.coupon[0]?.item_status ?? { code: 0, message: 'no answer' }
  return code === 700 ? null : longRefusal(code, message)
}

/**
 * Helps to give the holder the code again. The console sends no messages itself: it asks whether resending is
 * permitted, and provides the text.
 */
export function TellDialog({ asked: { coupon }, customerId, close }: DialogProps<'tell'>) {
  const formats = useFormats()
  const allowed = useQuery({
    queryKey: ['coupon', coupon.code.toUpperCase(), 'resend', customerId],
    staleTime: 0,
    queryFn: ({ signal }) =>
      call<ResendAnswer>('/v1.1/coupon/resend', {
        query: { code: coupon.code, user_id: customerId, format: 'json' },
        signal,
      }).then(whyNot, (error: unknown) => refusalWords(error)),
  })
  const facts = useQuery(couponQuery(coupon.code))
  const template = facts.data?.data[0]?.couponSeries?.smsTemplate ?? ''
  const text = messageOf(coupon, template, formats.day(coupon.validTillDateTime), formats.discount(coupon))
  return (
    <Modal opened onClose={close} title={`Resend ${coupon.code}`} size={480}>
      {allowed.isPending || facts.isPending ? (
        <Loading rows={3} />
      ) : (
        <Stack gap="sm">
          {allowed.data === null ? (
            <Textarea
              label="Message"
              description="Read it out, or copy it into a message: Counterfoil itself sends no messages."
              readOnly
              autosize
              value={text}
            />
          ) : (
            <Effect tone="bad">Not to be sent again: {allowed.data}</Effect>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              Close
            </Button>
            {allowed.data === null && (
              <CopyButton value={text}>
                {({ copied, copy }) => (
                  <Button onClick={copy} data-autofocus>
                    {copied ? 'Copied' : 'Copy message'}
                  </Button>
                )}
              </CopyButton>
            )}
          </Group>
        </Stack>
      )}
    </Modal>
  )
}
