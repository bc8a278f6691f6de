// @segment/analytics-node, the real library, told to send six calls to the server of its first argument with the key of its second.
import { Analytics } from "@segment/analytics-node"

const [host, writeKey] = process.argv.slice(2)
const analytics = new Analytics({ writeKey, host, maxRetries: 0, httpRequestTimeout: 20000 })
const failures = []
analytics.on("error", (error) => failures.push(JSON.stringify(error)))

analytics.identify({ userId: "node-1", traits: { email: "zoe@example.org", plan: "pro" } })
analytics.track({ userId: "node-1", event: "Order Completed", properties: { revenue: 12.5, products: [{ id: "p-9" }] } })
analytics.page({ userId: "node-1", name: "Pricing", properties: { url: "https://shop.example/pricing" } })
analytics.screen({ anonymousId: "node-anonymous", name: "Home" })
analytics.group({ userId: "node-1", groupId: "acme", traits: { employees: 329 } })
analytics.alias({ userId: "node-1", previousId: "node-anonymous" })
await analytics.closeAndFlush({ timeout: 20000 })

if (failures.length > 0) {
  console.error(failures.join("\n"))
  process.exit(1)
}
