import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { readSessionQueryKey } from '../api/@tanstack/react-query.gen'
import { client } from '../api/client.gen'
import type { SessionAnswer } from '../api/types.gen'

const statusOf = (error: unknown) =>
  typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined

/** A session that ended elsewhere is asked for again, which leads to the sign-in page. */
function whenSignedOut(error: unknown) {
  if (statusOf(error) === 401) void queries.invalidateQueries({ queryKey: readSessionQueryKey() })
}

export const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: whenSignedOut }),
  mutationCache: new MutationCache({ onError: whenSignedOut }),
  defaultOptions: {
    queries: {
      // What was refused is refused again; only a server out of reach is asked twice more.
      retry: (failures, error) => statusOf(error) === undefined && failures < 2,
      staleTime: 1_000,
    },
  },
})

// Every write carries the token of the session that is open now.
client.interceptors.request.use((request) => {
  const session = queries.getQueryData<SessionAnswer>(readSessionQueryKey())
  if (session?.csrf && request.method !== 'GET') request.headers.set('X-CSRF-Token', session.csrf)
  return request
})
