import { Overview } from '../overview/Overview'
import { Connect } from '../start/Connect'

export function OverviewRoute() {
  return <Overview first={<Connect />} />
}
