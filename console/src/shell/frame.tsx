import { useEffect, useRef, type ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { useMay, useSession } from '../api/session.tsx'
import icon from '../icon.svg'
import { places } from './places.ts'
import { SearchBox } from './search-box.tsx'
import { UserMenu } from './user-menu.tsx'

/** The top bar, the navigation and the page. */
export function Frame({ children }: { children: ReactNode }) {
  const may = useMay()
  const { organisation } = useSession()
  const [location] = useLocation()
  const main = useRef<HTMLElement>(null)
  // A new page begins at its top, for the keyboard too unless a field has the focus.
  useEffect(() => {
    if (main.current === null) return
    main.current.scrollTop = 0
    if (document.activeElement === document.body) main.current.focus({ preventScroll: true })
  }, [location])
  const groups = places
    .map(({ title, places: all }) => ({ title, places: all.filter(({ isShown }) => isShown(may)) }))
    .filter(({ places: shown }) => shown.length > 0)
  return (
    <div className="frame">
      <header className="bar">
        <Link href="/" className="brand" title={organisation.name}>
          <img src={icon} alt="" />
          <span>Counterfoil</span>
        </Link>
        {(may('customer') || may('coupon')) && <SearchBox />}
        <UserMenu />
      </header>
      <nav className="nav" aria-label="Pages">
        {groups.map(({ title, places: shown }) => (
          <div key={title}>
            <h2>{title}</h2>
            {shown.map(({ to, label, icon: Icon }) => (
              <Link
                key={to}
                href={to}
                title={label}
                aria-current={location === to || location.startsWith(`${to}/`) ? 'page' : undefined}
              >
                <Icon size={16} aria-hidden />
                <span>{label}</span>
              </Link>
            ))}
          </div>
        ))}
      </nav>
      <main className="main" ref={main} tabIndex={-1}>
        {children}
      </main>
    </div>
  )
}
