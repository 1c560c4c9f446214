import { Link } from '@tanstack/react-router'
import { Check } from 'lucide-react'
import type { ReactNode } from 'react'

import { text } from '@/features/accounts/text'

export function Mark({ className = 'size-8' }: { className?: string }) {
  return <img src="/favicon.svg" alt="" className={className} />
}

/** The frame of every page before sign-in. */
export function Frame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
      <aside className="hidden flex-col justify-between bg-[#13295f] p-10 text-white lg:flex">
        <div className="flex items-center gap-3 text-lg font-semibold">
          <Mark /> {text.product}
        </div>
        <div className="max-w-md">
          <p className="text-3xl leading-tight font-semibold tracking-tight text-balance">
            {text.promise}
          </p>
          <ul className="mt-6 space-y-3 text-[15px] text-blue-100">
            {text.points.map((point) => (
              <li key={point} className="flex gap-3">
                <Check className="mt-0.5 size-5 shrink-0 text-blue-300" aria-hidden /> {point}
              </li>
            ))}
          </ul>
        </div>
        <div aria-hidden />
      </aside>
      <main className="flex flex-col items-center px-4 py-8 sm:justify-center sm:py-12">
        <div className="w-full max-w-md">
          <Link
            to="/sign-in"
            className="mb-8 inline-flex items-center gap-2.5 font-semibold lg:hidden"
          >
            <Mark className="size-7" /> {text.product}
          </Link>
          <h1 className="mb-5 text-2xl font-semibold tracking-tight">{title}</h1>
          {children}
        </div>
      </main>
    </div>
  )
}
