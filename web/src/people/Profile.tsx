import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProfileAnswer } from '../api/types.gen'
import { useWriting } from '../ui/language'
import { Pill } from '../ui/Pill'
import { Section } from '../ui/Section'
import { When } from '../ui/When'
import classes from './Profile.module.css'

/** What is kept about one person: identity, journeys, consents, attributes. */
export function Profile({ profile }: { profile: ProfileAnswer }) {
  const { t } = useTranslation()
  const { words } = useWriting()
  const { person } = profile
  return (
    <div className={classes.profile}>
      {profile.holds.length > 0 && (
        <p className={classes.hold}>{t('people.hold', { reasons: profile.holds.join(', ') })}</p>
      )}
      <Section title={t('people.identity')}>
        <dl className={classes.facts}>
          <Fact name={t('people.stage')}>{words(person.stage_title) || '–'}</Fact>
          <Fact name={t('people.email')}>{person.email || '–'}</Fact>
          <Fact name={t('people.userId')}>{person.user_id ?? '–'}</Fact>
          <Fact name={t('people.since')}>
            <When at={person.created} shape="day" />
          </Fact>
          <Fact name={t('people.lastSeen')}>
            {person.last_seen ? <When at={person.last_seen} shape="full" /> : '–'}
          </Fact>
          {person.tags.length > 0 && (
            <Fact name={t('people.tags')}>
              <span className={classes.tags}>
                {person.tags.map((tag) => (
                  <Pill key={tag}>{tag}</Pill>
                ))}
              </span>
            </Fact>
          )}
        </dl>
      </Section>
      <Section title={t('people.journeys')}>
        {profile.stays.length === 0 && <p className={classes.none}>{t('people.noJourneys')}</p>}
        <ul className={classes.stays}>
          {profile.stays.map((stay) => (
            <li key={`${stay.journey}.${stay.entered}`}>
              <Link to="/journeys/$key" params={{ key: stay.journey }} search={{ step: stay.step }}>
                {words(stay.title)}
              </Link>
              <Pill tone={stay.state === 'live' ? 'good' : 'plain'}>
                {t(
                  stay.state === 'live'
                    ? 'people.inside'
                    : stay.state === 'finished'
                      ? 'people.finished'
                      : 'people.left',
                )}
              </Pill>
              <span className={classes.where}>
                {stay.step} · <When at={stay.since} />
              </span>
            </li>
          ))}
        </ul>
      </Section>
      <Section title={t('people.consents')}>
        {Object.keys(profile.consents).length === 0 && (
          <p className={classes.none}>{t('people.noConsents')}</p>
        )}
        <dl className={classes.facts}>
          {Object.entries(profile.consents).map(([key, granted]) => (
            <Fact key={key} name={key.replace('.', ' · ').replace('*', t('people.everyTopic'))}>
              <Pill tone={granted ? 'good' : 'stop'}>
                {t(granted ? 'people.granted' : 'people.withdrawn')}
              </Pill>
            </Fact>
          ))}
        </dl>
      </Section>
      <Section title={t('people.attributes')}>
        <dl className={classes.facts}>
          {Object.entries(profile.attributes).map(([key, value]) => (
            <Fact key={key} name={key}>
              {typeof value === 'object' ? JSON.stringify(value) : String(value)}
            </Fact>
          ))}
        </dl>
      </Section>
    </div>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
