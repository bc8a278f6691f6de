import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Navigate, Outlet, useLocation } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import {
  openSessionMutation,
  readSessionOptions,
  readSessionQueryKey,
} from '../api/@tanstack/react-query.gen'
import { Zone } from '../ui/language'
import { Failure, Loading } from '../ui/States'
import { Shell } from './Shell'

/** Lets members in, opens the demo by itself, and leads everybody else to the sign-in page. */
export function Gate() {
  const session = useQuery({ ...readSessionOptions(), staleTime: 60_000 })
  if (session.isPending) return <Loading />
  if (session.isError) return <Failure error={session.error} retry={() => void session.refetch()} />
  if (!session.data.user && session.data.demo) return <OpenDemo />
  if (!session.data.user) return <ToSignIn />
  return (
    <Zone value={session.data.workspace.zone}>
      <Shell session={session.data}>
        <Outlet />
      </Shell>
    </Zone>
  )
}

/** Leads to the sign-in page, which leads back to where one stood when this began (the location changes on the way). */
function ToSignIn() {
  const here = useLocation({ select: (location) => location.href })
  const [next] = useState(here)
  return <Navigate to="/sign-in" search={{ next }} />
}

function OpenDemo() {
  const queries = useQueryClient()
  const open = useMutation({
    ...openSessionMutation(),
    onSuccess: (session) => queries.setQueryData(readSessionQueryKey(), session),
  })
  const { mutate } = open
  useEffect(() => mutate({ body: { demo: true } }), [mutate])
  return open.isError ? <Failure error={open.error} /> : <Loading />
}
