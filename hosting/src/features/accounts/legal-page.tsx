import { Frame } from '@/features/accounts/frame'

interface Paper {
  title: string
  parts: { head: string; body: string }[]
}

const PAPERS: Record<'terms' | 'privacy', Paper> = {
  terms: {
    title: 'Terms of use',
    parts: [
      {
        head: 'What this is',
        body: 'Kindred is open-source software under the Apache License 2.0, run by the business whose Firebase project serves this page. It comes without warranty.',
      },
      {
        head: 'What you may upload',
        body: 'Data about your customers that you are allowed to process for analysis and marketing. You decide who in your team sees it.',
      },
      {
        head: 'What the results are',
        body: 'Statistical estimates, each with how sure it is. Don’t use them for decisions with legal effect on a person.',
      },
    ],
  },
  privacy: {
    title: 'Privacy notice',
    parts: [
      {
        head: 'What is stored',
        body: 'Your account (name, e-mail, business name), the files you upload, and what is computed from them, in the Firebase project that serves this page.',
      },
      {
        head: 'Who sees it',
        body: 'You, and those you invite. Nothing is sent to other parties, and nothing is trained on another merchant’s data.',
      },
      {
        head: 'How to remove it',
        body: 'Delete an upload, and its files and results are removed. Delete your account in Settings, and everything is removed.',
      },
      {
        head: 'In this browser',
        body: 'Your session, your theme, and the time of your last activity are kept in this browser. There are no trackers.',
      },
    ],
  },
}

export function LegalPage({ paper }: { paper: 'terms' | 'privacy' }) {
  const { title, parts } = PAPERS[paper]
  return (
    <Frame title={title}>
      <div className="space-y-4">
        {parts.map(({ head, body }) => (
          <section key={head}>
            <h2 className="font-semibold">{head}</h2>
            <p className="mt-1 text-ink-soft">{body}</p>
          </section>
        ))}
      </div>
    </Frame>
  )
}

export function TermsPage() {
  return <LegalPage paper="terms" />
}

export function PrivacyPage() {
  return <LegalPage paper="privacy" />
}
