import type { InstantShape } from './format'
import { useWriting } from './language'

/** An instant, told in the reader's language and the workspace's zone. */
export function When({ at, shape = 'moment' }: { at: string; shape?: InstantShape }) {
  const { instant } = useWriting()
  return (
    <time dateTime={at} title={instant(at, 'full')}>
      {instant(at, shape)}
    </time>
  )
}
