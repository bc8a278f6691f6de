/** The mark: two places and the way between them. */
export function Mark({ size }: { size: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#0e5b4a" />
      <path d="M8 23.5c0-6 16-7 16-14" fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" />
      <circle cx="8" cy="23.5" r="3.4" fill="#fff" />
      <circle cx="24" cy="9" r="3.4" fill="#0e5b4a" stroke="#fff" strokeWidth="2.6" />
    </svg>
  )
}
