// @segment/analytics-next, the real library, in a page of another site. The page says where the server is and what the key is.
import { AnalyticsBrowser } from "@segment/analytics-next"

const { server, writeKey, batching, user } = window.parcours
const delivery = batching ? { strategy: "batching", config: { size: 6, timeout: 1000 } } : { strategy: "standard" }
const analytics = AnalyticsBrowser.load(
  { writeKey, cdnURL: server },
  { integrations: { "Segment.io": { deliveryStrategy: delivery } } },
)

window.done = (async () => {
  await analytics.identify(user, { email: "zoe@example.org", plan: "pro" })
  await analytics.page("Docs", "Pricing")
  await analytics.track("Order Completed", { revenue: 12.5, half: "\ud83d" })
  await analytics.screen("Home")
  await analytics.group("acme", { employees: 329 })
  await analytics.alias(user, `before-${user}`)
  return true
})()
