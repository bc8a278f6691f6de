import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { decideMessageMutation } from '../api/@tanstack/react-query.gen'
import type { MessageAnswer } from '../api/types.gen'
import { Failure } from '../ui/States'
import classes from './VerdictButtons.module.css'

/** The two ways out for a message of which nobody knows whether it left. */
export function VerdictButtons({ message }: { message: MessageAnswer }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const decide = useMutation({ ...decideMessageMutation(), onSettled: () => queries.invalidateQueries() })
  const say = (verdict: 'arrived' | 'again') => () =>
    decide.mutate({ path: { message_id: message.id }, body: { verdict } })
  const about = { person: message.person || t('people.anonymous') }
  return (
    <div className={classes.verdict}>
      <Button
        size="xs"
        variant="default"
        loading={decide.isPending}
        onClick={say('arrived')}
        aria-label={t('messages.arrivedFor', about)}
      >
        {t('messages.arrived')}
      </Button>
      <Button
        size="xs"
        loading={decide.isPending}
        onClick={say('again')}
        aria-label={t('messages.againFor', about)}
      >
        {t('messages.again')}
      </Button>
      {decide.isError && <Failure error={decide.error} />}
    </div>
  )
}
