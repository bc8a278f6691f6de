/** What stands in an address is text, as people write it: somebody who searches 12748 does not mean a number. */

export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text))
}

export function stringifySearch(search: Record<string, unknown>): string {
  const written = new URLSearchParams()
  for (const [name, value] of Object.entries(search))
    if (value !== undefined) written.set(name, String(value))
  return written.size > 0 ? `?${written}` : ''
}
