import { Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { readMailOptions } from '../api/@tanstack/react-query.gen'
import type { MailAnswer } from '../api/types.gen'
import { bytes } from '../ui/format'
import { useWriting } from '../ui/language'
import { Failure, Loading } from '../ui/States'
import { When } from '../ui/When'
import classes from './Mail.module.css'

/** One mail: who, when, why; as it looks, as text, and its headers. */
export function Mail({ id }: { id: number }) {
  const { t } = useTranslation()
  const read = useQuery({
    ...readMailOptions({ path: { mail_id: id } }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (read.isPending) return <Loading />
  if (read.isError) return <Failure error={read.error} retry={() => void read.refetch()} />
  const answer = read.data
  return (
    <article className={classes.article} aria-label={answer.mail.subject}>
      <h2 className={classes.subject}>{answer.mail.subject || t('mailbox.noSubject')}</h2>
      <Envelope answer={answer} />
      <Tabs defaultValue={answer.html ? 'html' : 'text'} className={classes.tabs ?? ''}>
        <Tabs.List>
          {answer.html && <Tabs.Tab value="html">{t('mailbox.message')}</Tabs.Tab>}
          <Tabs.Tab value="text">{t('mailbox.text')}</Tabs.Tab>
          <Tabs.Tab value="headers">{t('mailbox.headers')}</Tabs.Tab>
        </Tabs.List>
        {answer.html && (
          <Tabs.Panel value="html">
            <iframe
              key={id}
              className={classes.frame}
              title={t('mailbox.frame', { subject: answer.mail.subject })}
              src={`/api/mailbox/${id}/html`}
              sandbox="allow-popups allow-popups-to-escape-sandbox"
              referrerPolicy="no-referrer"
            />
          </Tabs.Panel>
        )}
        <Tabs.Panel value="text">
          <pre className={classes.text}>{answer.text || t('mailbox.noText')}</pre>
        </Tabs.Panel>
        <Tabs.Panel value="headers">
          <dl className={classes.headers}>
            {answer.headers.map((header, line) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: headers repeat and never change places
              <div key={line}>
                <dt>{header.name}</dt>
                <dd>{header.value}</dd>
              </div>
            ))}
          </dl>
        </Tabs.Panel>
      </Tabs>
    </article>
  )
}

function Envelope({ answer }: { answer: MailAnswer }) {
  const { t } = useTranslation()
  const { language } = useWriting()
  const { mail } = answer
  return (
    <dl className={classes.envelope}>
      <div>
        <dt>{t('mailbox.to')}</dt>
        <dd>
          {mail.contact ? (
            <Link to="/people/$id" params={{ id: mail.contact }}>
              {mail.person || mail.recipient}
            </Link>
          ) : (
            mail.recipient
          )}
          {mail.person && mail.person !== mail.recipient && (
            <span className={classes.address}>{mail.recipient}</span>
          )}
        </dd>
      </div>
      <div>
        <dt>{t('mailbox.from')}</dt>
        <dd>{mail.sender}</dd>
      </div>
      <div>
        <dt>{t('mailbox.at')}</dt>
        <dd>
          <When at={mail.at} shape="full" /> · {bytes(answer.size, language)}
        </dd>
      </div>
      {answer.journey && (
        <div>
          <dt>{t('mailbox.sentBy')}</dt>
          <dd>
            <Link
              to="/journeys/$key"
              params={{ key: answer.journey }}
              search={answer.step ? { step: answer.step } : {}}
            >
              {[answer.journey, answer.step].filter(Boolean).join(' · ')}
            </Link>
          </dd>
        </div>
      )}
    </dl>
  )
}
