// Which files of the repository are pages of the site, and how their links lead from one to the other. In the repository the
// links are relative to the file, as every viewer of Markdown follows them; on the site they lead to pages.
import { posix } from 'node:path'

/** Files outside `docs/` that are pages too, and the names of the pages. */
const others = {
  'README.md': 'index.md',
  'ARCHITECTURE.md': 'architecture.md',
  'CONTRIBUTING.md': 'contributing.md',
  'CHANGELOG.md': 'changelog.md',
  'SECURITY.md': 'security.md',
  'bench/results.md': 'measurements.md',
  'packages/client/README.md': 'client.md',
}

/** @param file a path in the repository. @returns the file of its page, such as `money.md`; undefined if it has none. */
function pageOf(file) {
  return others[file] ?? /^docs\/((?:decisions\/)?[^/]+\.md)$/.exec(file)?.[1]
}

/** A file that the site has for readers to download. */
export const download = 'counterfoil.postman_collection.json'

/** The path of the page of every Markdown file of the repository, as VitePress asks for it. */
export const rewrite = (file) => pageOf(file) ?? file

/** Patterns of the Markdown files that are not pages. */
export const excluded = ['!(docs|bench|packages)/**/*.md', 'docs/.vitepress/**', 'packages/*/*/**']

/** As GitHub makes anchors of headings: the links of the documents must work there too. */
export const anchorOf = (heading) =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-')

/**
 * Where a link leads on the site.
 *
 * @param file the path in the repository of the document with the link.
 * @returns the address, the same if it is not of the repository; undefined for a file that has no page.
 */
function addressOf(href, file) {
  if (/^(?:[a-z]+:|#|\/)/.test(href)) return href
  const [, path = '', anchor = ''] = /^([^#]*)(#.*)?$/.exec(href) ?? []
  const target = posix.join(posix.dirname(file), path)
  if (target === `docs/${download}`) return `/${download}`
  const page = pageOf(target)
  return page === undefined ? undefined : `/${page.replace(/(?:^index)?\.md$/, '')}${anchor}`
}

/** A plugin of markdown-it: links lead to pages, and the name of a file that has no page is not a link. */
export function followPages(markdown, root) {
  markdown.core.ruler.push('pages', ({ tokens, env }) => {
    const file = posix.relative(root, env.realPath ?? env.path)
    for (const { children } of tokens) {
      let isDropped = false
      for (const token of children ?? []) {
        if (token.type === 'link_open') {
          const address = addressOf(token.attrGet('href'), file)
          isDropped = address === undefined
          if (!isDropped) token.attrSet('href', address)
        }
        if (isDropped && token.type.startsWith('link_'))
          Object.assign(token, { type: 'text', tag: '', nesting: 0, content: '' })
      }
    }
  })
}
