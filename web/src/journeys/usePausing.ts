import { useMutation, useQueryClient } from '@tanstack/react-query'
import {
  pauseJourneyMutation,
  readJourneyQueryKey,
  resumeJourneyMutation,
} from '../api/@tanstack/react-query.gen'

/** Pause and resume one journey; its page is read again after each. */
export function usePausing(name: string) {
  const queries = useQueryClient()
  const path = { key: name }
  const onSettled = () => queries.invalidateQueries({ queryKey: readJourneyQueryKey({ path }) })
  const pause = useMutation({ ...pauseJourneyMutation(), onSettled })
  const resume = useMutation({ ...resumeJourneyMutation(), onSettled })
  return {
    pause: () => pause.mutate({ path }),
    resume: () => resume.mutate({ path }),
    busy: pause.isPending || resume.isPending,
  }
}
