import { useSearchParams } from 'wouter'

/** Filter and order of a list, in the URL: a view can be bookmarked, and Back restores it. */
export function useFilter(): {
  /** Empty if nothing is chosen. */
  readonly get: (name: string) => string
  readonly set: (name: string, value: string | null) => void
} {
  const [search, setSearch] = useSearchParams()
  return {
    get: (name) => search.get(name) ?? '',
    set: (name, value) =>
      setSearch(
        (before) => {
          const next = new URLSearchParams(before)
          if (value) next.set(name, value)
          else next.delete(name)
          return next
        },
        { replace: true },
      ),
  }
}
