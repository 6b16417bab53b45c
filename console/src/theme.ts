import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core'

const ink: MantineColorsTuple = [
  '#f0f2fe',
  '#dfe3fb',
  '#bfc7f6',
  '#a3adf2',
  '#8593ee',
  '#6878e8',
  '#5667e2',
  '#4455c7',
  '#3a49ae',
  '#2f3c92',
]
/** Darker than Mantine's, for white text on it. */
const red: MantineColorsTuple = [
  '#fff5f5',
  '#ffe3e3',
  '#ffc9c9',
  '#ffa8a8',
  '#ff8787',
  '#ff6b6b',
  '#e03131',
  '#c92a2a',
  '#b02525',
  '#991f1f',
]
const night: MantineColorsTuple = [
  '#e6e8ec',
  '#c5cad3',
  '#a3aab6',
  '#7b8492',
  '#454c58',
  '#343a44',
  '#262b33',
  '#1b1f25',
  '#14171c',
  '#0e1014',
]

/** The header of a dialog is not the banner of the page. */
const noBanner = { header: { role: 'presentation' } }

export const theme = createTheme({
  primaryColor: 'ink',
  primaryShade: { light: 7, dark: 7 },
  colors: { ink, red, dark: night },
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.4' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  defaultRadius: 'md',
  radius: { md: '6px', sm: '4px', lg: '8px' },
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    // Selecting an option again does not clear it; optional fields have a button for that.
    Select: { defaultProps: { openOnFocus: false, allowDeselect: false } },
    MultiSelect: { defaultProps: { openOnFocus: false } },
    TextInput: { defaultProps: { size: 'sm' } },
    Modal: {
      defaultProps: {
        centered: true,
        transitionProps: { duration: 120 },
        closeButtonProps: { 'aria-label': 'Close' },
        attributes: noBanner,
      },
    },
    Drawer: { defaultProps: { attributes: noBanner } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: false } },
  },
})

/** Readable secondary text, and calmer surfaces than Mantine's own. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5b6472',
    '--mantine-color-placeholder': '#6b7280',
    '--mantine-color-body': '#ffffff',
    '--mantine-color-error': '#b42318',
    '--mantine-color-anchor': 'var(--mantine-color-ink-7)',
    '--page': '#f7f8fa',
    '--line': '#e4e7ec',
    '--hover': '#f3f4f8',
    '--good': '#067647',
    '--warn': '#93560a',
    '--bad': '#b42318',
    '--quiet': '#5b6472',
    '--chart': '#4455c7',
    '--chart-fill': 'rgb(68 85 199 / 12%)',
  },
  dark: {
    '--mantine-color-dimmed': '#a3aab6',
    '--mantine-color-placeholder': '#939bab',
    '--mantine-color-error': '#ff9d94',
    '--mantine-color-anchor': 'var(--mantine-color-ink-3)',
    '--page': '#14171c',
    '--line': '#2f353f',
    '--hover': '#232830',
    '--good': '#5ddb9c',
    '--warn': '#f3bd5c',
    '--bad': '#ff9d94',
    '--quiet': '#a3aab6',
    '--chart': '#8593ee',
    '--chart-fill': 'rgb(133 147 238 / 16%)',
  },
})
