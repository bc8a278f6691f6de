import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { type FormEvent, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { openSessionMutation, readSessionQueryKey } from '../api/@tanstack/react-query.gen'
import { LanguageChoice } from '../i18n/LanguageChoice'
import { Mark } from '../ui/Mark'
import classes from './sign-in.module.css'

const here = getRouteApi('/sign-in')

const codeOf = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined

export function SignInRoute() {
  const { t } = useTranslation()
  const { next = '/' } = here.useSearch()
  const router = useRouter()
  const queries = useQueryClient()
  const open = useMutation({
    ...openSessionMutation(),
    onSuccess: (session) => {
      queries.setQueryData(readSessionQueryKey(), session)
      router.history.push(next)
    },
  })
  useEffect(() => {
    document.title = `${t('signIn.title')} · Parcours`
  }, [t])
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    open.mutate({ body: { email: String(form.get('email')), password: String(form.get('password')) } })
  }
  const code = codeOf(open.error)
  const refusal =
    code === 'wrong_credentials'
      ? t('signIn.wrong')
      : code === 'too_many_attempts'
        ? t('signIn.tooMany')
        : t('ui.unreachable')
  return (
    <main className={classes.page}>
      <div className={classes.sheet}>
        <Mark size={40} />
        <h1 className={classes.title}>{t('signIn.title')}</h1>
        <p className={classes.lead}>{t('signIn.lead')}</p>
        <form onSubmit={submit} className={classes.form}>
          <TextInput
            label={t('signIn.email')}
            name="email"
            type="email"
            autoComplete="username"
            required
            withAsterisk={false}
          />
          <PasswordInput
            label={t('signIn.password')}
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
          />
          {open.isError && (
            <p role="alert" className={classes.refusal}>
              {refusal}
            </p>
          )}
          <Button type="submit" fullWidth loading={open.isPending}>
            {t('signIn.enter')}
          </Button>
        </form>
        <LanguageChoice />
      </div>
    </main>
  )
}
