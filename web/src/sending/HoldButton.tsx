import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import {
  changeSendingMutation,
  readSendingOptions,
  readSendingQueryKey,
} from '../api/@tanstack/react-query.gen'
import { Pause, Play } from '../ui/icons'

/** Holds everything that is to be sent, or lets it go. */
export function HoldButton() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const sending = useQuery(readSendingOptions())
  const change = useMutation({
    ...changeSendingMutation(),
    onSuccess: (now) => queries.setQueryData(readSendingQueryKey(), now),
    onSettled: () => queries.invalidateQueries(),
  })
  if (!sending.data) return null
  const { hold } = sending.data
  return (
    <Button
      variant={hold ? 'filled' : 'default'}
      leftSection={hold ? <Play /> : <Pause />}
      loading={change.isPending}
      onClick={() => change.mutate({ body: { hold: !hold } })}
    >
      {t(hold ? 'messages.resume' : 'messages.hold')}
    </Button>
  )
}
