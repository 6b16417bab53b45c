import { Component, type ReactNode } from 'react'
import { Failed } from './states.tsx'

/** An error in a page does not affect the rest of the console. */
export class Guard extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false }

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true }
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children
    return (
      <Failed
        error={new Error('This page could not be loaded.')}
        retry={() => globalThis.location.reload()}
      />
    )
  }
}
