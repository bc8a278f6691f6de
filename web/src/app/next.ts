/** Where to go after sign-in: only a path of this interface, never another site. Pure. */
export function safeNext(wanted: unknown): string {
  if (typeof wanted !== 'string' || !/^\/(?![/\\])[\w\-./?=&%+~@:]*$/.test(wanted)) return '/'
  return wanted.startsWith('/sign-in') ? '/' : wanted
}
