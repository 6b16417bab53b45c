import { fromNow, useFormats } from './format.ts'

/** When credentials were last used: to within a minute, as the server records it. */
export function LastUsed({ at }: { at: string | null }) {
  const formats = useFormats()
  return at === null ? (
    <span className="second">Never</span>
  ) : (
    <time dateTime={at} title={formats.time(at)}>
      {fromNow(at)}
    </time>
  )
}
