import '@fontsource-variable/inter/wght.css'
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './styles.css'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Router } from 'wouter'
import { onSignedOut, Refused } from './api/call.ts'
import { sessionQuery } from './api/queries.ts'
import { signInAgain } from './api/sign-in-again.ts'
import { App } from './app.tsx'
import { forgetOldDrafts } from './parts/draft.ts'
import { aroundNav } from './parts/leave.tsx'
import { cssVariables, theme } from './theme.ts'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A refused request would be refused again; one without an answer is worth a retry.
      retry: (failures, error) => !(error instanceof Refused && error.status < 500) && failures < 2,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
})
// Without a person on the page there is nothing to carry on with.
onSignedOut(async () => (queries.getQueryData(sessionQuery.queryKey) ? signInAgain() : false))
forgetOldDrafts()

const nonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? ''
// The name under which the scroll-lock library for dialogs looks up the nonce.
Object.assign(globalThis, { __webpack_nonce__: nonce })

// A script of the page no longer exists: the server has a newer build, and its page refers to the new names. While the
// server itself does not answer, the console stays open and shows that.
globalThis.addEventListener('vite:preloadError', () => {
  const key = 'counterfoil.reloaded'
  if (Date.now() - Number(sessionStorage.getItem(key) ?? 0) < 10_000) return
  void fetch('/health').then(
    ({ ok }) => {
      if (!ok) return
      sessionStorage.setItem(key, String(Date.now()))
      location.reload()
    },
    () => {},
  )
})

const root = document.querySelector('#root')
if (root === null) throw new Error('The page has no place for the console')
createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <Notifications position="bottom-right" limit={3} />
      <QueryClientProvider client={queries}>
        <Router base="/console" aroundNav={aroundNav}>
          <App />
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
