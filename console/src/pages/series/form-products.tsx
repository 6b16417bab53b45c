import { Textarea } from '@mantine/core'
import { Section, textOf, type SectionProps } from './form-parts.tsx'

/** The products that the series applies to. */
export function ProductsSection({ form }: SectionProps) {
  const text = textOf(form)
  const shared = { autosize: true, minRows: 1, maxRows: 6 } as const
  return (
    <Section title="On what">
      <Textarea
        {...shared}
        {...text(
          'includedSkus',
          'SKUs',
          'One on each line, or separated by commas. A bill needs an item of any of these lists; all empty: everything.',
        )}
      />
      <Textarea {...shared} {...text('includedBrands', 'Brands')} />
      <Textarea {...shared} {...text('includedCategories', 'Categories')} />
    </Section>
  )
}
