import type { ReactNode, SVGProps } from 'react'

/** Line icons, drawn for this interface on a grid of 20. They are decoration: names are always in text. */
function icon(paths: ReactNode) {
  return function Icon(props: SVGProps<SVGSVGElement>) {
    return (
      <svg
        viewBox="0 0 20 20"
        width="1.25em"
        height="1.25em"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
        {...props}
      >
        {paths}
      </svg>
    )
  }
}

export const Gauge = icon(
  <>
    <path d="M3 14a7 7 0 1 1 14 0" />
    <path d="m10 14 3.5-4.5" />
  </>,
)
export const Outbox = icon(
  <>
    <path d="M3 12v4h14v-4" />
    <path d="M10 12V3m0 0L6.5 6.5M10 3l3.5 3.5" />
  </>,
)
export const Route = icon(
  <>
    <circle cx="5" cy="15" r="2" />
    <circle cx="15" cy="5" r="2" />
    <path d="M7 15h4.5a2.5 2.5 0 0 0 0-5h-3a2.5 2.5 0 0 1 0-5H13" />
  </>,
)
export const Group = icon(
  <>
    <circle cx="7.5" cy="7" r="2.75" />
    <path d="M2.5 16c.4-3 2.4-4.5 5-4.5s4.6 1.5 5 4.5" />
    <path d="M13 4.6a2.6 2.6 0 0 1 0 4.9M14.5 11.9c1.7.5 2.7 1.9 3 4.1" />
  </>,
)
export const Envelope = icon(
  <>
    <rect x="2.5" y="4.5" width="15" height="11" rx="1.5" />
    <path d="m3 6 7 5 7-5" />
  </>,
)
export const Plug = icon(<path d="M7 3v4M13 3v4M5 7h10v2.5a5 5 0 0 1-10 0zM10 14.5V17" />)
export const Heartbeat = icon(<path d="M2.5 10.5h3.5l2-5 3.5 9 2-4h4" />)
export const Door = icon(
  <path d="M8 3H4.5A1.5 1.5 0 0 0 3 4.5v11A1.5 1.5 0 0 0 4.5 17H8M12.5 13.5 16 10l-3.5-3.5M16 10H7.5" />,
)
export const Pause = icon(<path d="M7 4.5v11M13 4.5v11" />)
export const Play = icon(<path d="M6 4.5v11l9-5.5z" />)
export const Hourglass = icon(
  <path d="M5.5 3h9M5.5 17h9M6.5 3v2.5L10 10l3.5-4.5V3M6.5 17v-2.5L10 10l3.5 4.5V17" />,
)
export const Ear = icon(
  <>
    <circle cx="10" cy="10" r="7" />
    <path d="M10 6v4l2.5 2" />
  </>,
)
export const Fork = icon(
  <path d="M10 17v-5M10 12 5 7V3.5M10 12l5-5V3.5M3.5 5 5 3.5 6.5 5M13.5 5 15 3.5 16.5 5" />,
)
export const Dice = icon(
  <>
    <rect x="3.5" y="3.5" width="13" height="13" rx="2" />
    <path d="M7 7h.01M13 13h.01M10 10h.01M13 7h.01M7 13h.01" strokeWidth="2" />
  </>,
)
export const Label = icon(
  <>
    <path d="M3.5 9.5v-6h6l7 7-6 6z" />
    <path d="M6.8 6.8h.01" strokeWidth="2" />
  </>,
)
export const Pencil = icon(
  <path d="m4 16 .8-3.3L13 4.5a1.4 1.4 0 0 1 2 0l.5.5a1.4 1.4 0 0 1 0 2L7.3 15.2zM11.5 6 14 8.5" />,
)
export const Flag = icon(<path d="M5 17V3.5M5 4h9.5l-2 3 2 3H5" />)
export const Spark = icon(<path d="M11 2.5 4.5 11.5H10l-1 6 6.5-9H10z" />)
export const Search = icon(
  <>
    <circle cx="9" cy="9" r="5.5" />
    <path d="m13.2 13.2 3.8 3.8" />
  </>,
)
export const Back = icon(<path d="M16 10H4M9 5l-5 5 5 5" />)
export const Check = icon(<path d="m4 10.5 4 4 8-9" />)
export const Cross = icon(<path d="m5 5 10 10M15 5 5 15" />)
export const Copy = icon(
  <>
    <rect x="7" y="7" width="9.5" height="9.5" rx="1.5" />
    <path d="M13 7V5A1.5 1.5 0 0 0 11.5 3.5H5A1.5 1.5 0 0 0 3.5 5v6.5A1.5 1.5 0 0 0 5 13h2" />
  </>,
)
