import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = import.meta.dirname
const DOMAIN = /\b(journey|contact|person|people|stage|mail|mailbox|segment|campaign|backtest|step)s?\b/i

/** What each room may import, besides itself. */
const ROOMS: Record<string, string[]> = {
  ui: [],
  i18n: ['ui'],
  steps: ['ui'],
  journeys: ['steps', 'ui', 'api'],
  people: ['steps', 'ui', 'api'],
  mailbox: ['steps', 'ui', 'api'],
  sending: ['steps', 'ui', 'api'],
  overview: ['steps', 'ui', 'api'],
  start: ['steps', 'ui', 'api'],
  health: ['steps', 'ui', 'api'],
  routes: [
    'i18n',
    'journeys',
    'people',
    'mailbox',
    'sending',
    'overview',
    'start',
    'health',
    'steps',
    'ui',
    'api',
  ],
  app: ['routes', 'ui', 'api', 'i18n'],
}

const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /\.tsx?$/.test(name) && name.includes('/') && !name.startsWith('api/'),
)

const code = (name: string) => readFileSync(join(ROOT, name), 'utf8')

function importsOf(name: string): string[] {
  const found = [...code(name).matchAll(/from '(\.[^']*)'/g)].map((match) => join(name, '..', match[1] ?? ''))
  return found.map((path) => path.split('/')[0] ?? '')
}

test('every folder is a room with its place', () => {
  expect([...new Set(files.map((name) => name.split('/')[0]))].sort()).toEqual(Object.keys(ROOMS).sort())
})

test.each(files)('%s imports only what its room may', (name) => {
  const room = name.split('/')[0] ?? ''
  const foreign = importsOf(name).filter((other) => other !== room && !ROOMS[room]?.includes(other))
  expect(foreign).toEqual([])
})

test('ui knows no word of the domain', () => {
  for (const name of files.filter((file) => file.startsWith('ui/') && !file.includes('.test.'))) {
    const words = code(name).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    expect(words.match(DOMAIN)?.[0], name).toBeUndefined()
  }
})

test('arithmetic stands apart from paint: a .shape.ts imports no React and has its test', () => {
  const shapes = files.filter((name) => name.endsWith('.shape.ts'))
  expect(shapes.length).toBeGreaterThan(3)
  for (const name of shapes) {
    expect(code(name)).not.toMatch(/from 'react|@mantine|@xyflow/)
    expect(files).toContain(name.replace('.shape.ts', '.shape.test.ts'))
  }
})
