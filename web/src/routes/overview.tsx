export { Overview as OverviewRoute } from '../overview/Overview'
