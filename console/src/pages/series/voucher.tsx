import { drawingSVG, code128, qrcode } from 'bwip-js/browser'
import { useMemo } from 'react'
import type { Series } from '../../api/types.ts'
import { useFormats } from '../../parts/format.ts'

interface VoucherProps {
  readonly series: Pick<
    Series,
    'description' | 'discountType' | 'discountValue' | 'discountUpto' | 'info'
  > & {
    readonly code: string
    readonly validTillDateTime: string
  }
  /** The code is a sample of codes that will be drawn. */
  readonly isSample: boolean
}

const asImage = (svg: string): string => `data:image/svg+xml,${encodeURIComponent(svg)}`

/** Both symbols of a code; null for a text that a symbol cannot encode. */
function symbolsOf(text: string): { readonly qr: string; readonly bars: string } | null {
  try {
    const options = { text, scale: 2, paddingwidth: 2, paddingheight: 2 }
    return {
      qr: asImage(qrcode({ ...options, bcid: 'qrcode' }, drawingSVG())),
      bars: asImage(code128({ ...options, bcid: 'code128', height: 12 }, drawingSVG())),
    }
  } catch {
    return null
  }
}

/** A coupon as its holder would see it: value, expiry, and the code to scan. */
export default function Voucher({ series, isSample }: VoucherProps) {
  const formats = useFormats()
  const symbols = useMemo(() => (series.code === '' ? null : symbolsOf(series.code)), [series.code])
  return (
    <section aria-label="The coupon as a customer sees it">
      <div className="voucher">
        <header>
          <div className="voucher-worth">
            {series.discountValue > 0 ? formats.discount(series) : 'Discount'}
          </div>
          <div>{series.description || 'Description'}</div>
        </header>
        {symbols && (
          <div className="voucher-codes">
            <img src={symbols.qr} alt={`QR code of ${series.code}`} width={132} height={132} />
            <img src={symbols.bars} alt={`Code 128 of ${series.code}`} height={56} />
          </div>
        )}
        <div className="code voucher-code">{series.code}</div>
        <div className="cut">
          {series.validTillDateTime && `Valid until ${formats.day(series.validTillDateTime)}`}
          {series.info && series.info !== series.description && (
            <div className="voucher-info">{series.info}</div>
          )}
        </div>
      </div>
      {isSample && (
        <p className="second voucher-note">A code that shows the length. Real ones are drawn at random.</p>
      )}
    </section>
  )
}
