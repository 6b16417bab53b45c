// The theme of VitePress without its fonts: text is set in those of the reader, and the package stays small.
import { h } from 'vue'
import Theme from 'vitepress/theme-without-fonts'
import './colours.css'

/** What the same server has beside the site. The target keeps the site from looking for these pages in itself. */
const neighbours = () =>
  h('nav', { class: 'neighbours', 'aria-label': 'On this server' }, [
    h('a', { href: '/docs', target: '_self' }, 'API reference'),
    h('a', { href: '/console', target: '_self' }, 'Console'),
  ])

export default {
  extends: Theme,
  Layout: () => h(Theme.Layout, null, { 'nav-bar-content-after': neighbours, 'nav-screen-content-after': neighbours }),
}
