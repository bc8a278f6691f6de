import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import en from './en.json'
import fr from './fr.json'

type Tree = { [key: string]: string | Tree }

function leaves(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[`${path}${key}`, value]] : leaves(value, `${path}${key}.`),
  )
}

/** `people_one`, `people_many` and `people_other` are forms of one key. */
function keysOf(tree: Tree): string[] {
  return [...new Set(leaves(tree).map(([key]) => key.replace(/_(zero|one|two|few|many|other)$/, '')))].sort()
}

test('French and English have the same keys', () => {
  expect(keysOf(en)).toEqual(keysOf(fr))
})

test('every text says something and asks for the same values in both languages', () => {
  const holes = (text: string) => [...text.matchAll(/\{\{(\w+)/g)].map((match) => match[1]).sort()
  const english = new Map(leaves(en))
  for (const [key, text] of leaves(fr)) {
    expect(text.trim(), key).not.toBe('')
    const other = english.get(key)
    if (other !== undefined) expect(holes(other), key).toEqual(holes(text))
  }
})

test('plural forms are complete: French has one, many, other; English one, other', () => {
  for (const [tree, forms] of [
    [fr, ['one', 'many', 'other']],
    [en, ['one', 'other']],
  ] as const) {
    const found = new Map<string, Set<string>>()
    for (const [key] of leaves(tree)) {
      const match = /^(.*)_(one|many|other)$/.exec(key)
      if (match?.[1] && match[2]) found.set(match[1], (found.get(match[1]) ?? new Set()).add(match[2]))
    }
    for (const [key, present] of found) expect([...present].sort(), key).toEqual([...forms].sort())
  }
})

test('no sentence is written in a component: what is shown comes from these files', () => {
  const root = join(import.meta.dirname, '..')
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.tsx') && !name.startsWith('api'),
  )
  expect(files.length).toBeGreaterThan(10)
  for (const name of files) {
    const source = readFileSync(join(root, name), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    const written = [...source.matchAll(/>\s*([A-ZÀ-Ý][\p{L}’']*(?: [\p{L}’',.]+)+)\s*</gu)].map(
      (match) => match[1],
    )
    expect(written, name).toEqual([])
  }
})
