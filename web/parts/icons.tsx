// The few signs that stand for how something ended. Drawn here: a page loads nothing for them.
import type { ComponentChildren } from 'preact'

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2.2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  )
}

export const icons = {
  tick: () => (
    <Icon>
      <path d="m5 12.5 4.5 4.5L19 7.5" />
    </Icon>
  ),
  cross: () => (
    <Icon>
      <path d="m7 7 10 10M17 7 7 17" />
    </Icon>
  ),
  clock: () => (
    <Icon>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 7.5V12l3 2" />
    </Icon>
  ),
  alert: () => (
    <Icon>
      <path d="M12 7v6M12 17h.01" />
      <circle cx="12" cy="12" r="9" />
    </Icon>
  ),
  offline: () => (
    <Icon>
      <path d="M4 9.5a12 12 0 0 1 16 0M7.5 13.5a7 7 0 0 1 9 0M12 18h.01M4 4l16 16" />
    </Icon>
  ),
  renew: () => (
    <Icon>
      <path d="M19 12a7 7 0 1 1-2-4.9M19 4v4h-4" />
    </Icon>
  ),
  computer: () => (
    <Icon>
      <rect x="3.5" y="5" width="17" height="11" rx="1.5" />
      <path d="M9 20h6M12 16v4" />
    </Icon>
  ),
  phone: () => (
    <Icon>
      <rect x="7" y="3" width="10" height="18" rx="2" />
      <path d="M11 18h2" />
    </Icon>
  ),
  lock: () => (
    <Icon>
      <rect x="5" y="11" width="14" height="9" rx="2" />
      <path d="M8.5 11V8a3.5 3.5 0 0 1 7 0v3" />
    </Icon>
  ),
} as const

export type IconName = keyof typeof icons

/** One sign in its disc. */
export function Emblem({ icon, tone = '' }: { icon: IconName; tone?: '' | 'bad' | 'wait' }) {
  const Sign = icons[icon]
  return (
    <span class={`emblem ${tone}`}>
      <Sign />
    </span>
  )
}
