import { createTheme, type MantineColorsTuple } from '@mantine/core'

/** The one accent. Shade 8 on white has a contrast of 8:1, so that text and buttons pass AA with room to spare. */
const pine: MantineColorsTuple = [
  '#eef6f3',
  '#d9ebe5',
  '#b4d7cc',
  '#8bc1b1',
  '#62aa96',
  '#3f947e',
  '#267f69',
  '#166b57',
  '#0e5b4a',
  '#08453a',
]

/** Greys with a breath of the accent, instead of the library's blue ones. */
const gray: MantineColorsTuple = [
  '#f6f7f4',
  '#eef0ec',
  '#e4e8e3',
  '#d5dbd5',
  '#b9c3bd',
  '#93a099',
  '#6d7a74',
  '#56635e',
  '#35413c',
  '#16201d',
]

export const theme = createTheme({
  primaryColor: 'pine',
  primaryShade: 8,
  colors: { pine, gray },
  black: '#16201d',
  fontFamily: "'Hanken Grotesk Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SFMono-Regular', Menlo, Consolas, monospace",
  headings: { fontWeight: '600' },
  defaultRadius: 'sm',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    Tabs: { defaultProps: { keepMounted: false } },
  },
})
